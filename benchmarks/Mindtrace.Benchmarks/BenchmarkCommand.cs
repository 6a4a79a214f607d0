using System.CommandLine;
using Mindtrace.Benchmarks.Micro;
using Mindtrace.Services;
using Spectre.Console;

namespace Mindtrace.Benchmarks;

/// <summary>The command line: which scenarios, on which servers.</summary>
internal static class BenchmarkCommand
{
    // An interrupted run stops its containers and processes before it ends.
    private static readonly TimeSpan EndingTimeout = TimeSpan.FromMinutes(1);

    private static readonly IScenario[] Standard =
    [
        new LatencyScenario(), ThroughputScenario.Single, ThroughputScenario.Bulk, new ReadsScenario(), new GatewayScenario(),
    ];

    private static readonly IScenario[] OnRequest =
    [
        new TracedScenario(), new FleetScenario(), new FanInScenario(), new BacklogScenario(), new SoakScenario(), new RegistryScenario(), new LaunchScenario(),
        new ContainerScenario(), new CheckoutScenario(),
    ];

    private static readonly IReadOnlyDictionary<string, IScenario> Scenarios = Standard.Concat(OnRequest).ToDictionary(scenario => scenario.Name);

    public static Task<int> RunAsync(string[] args)
    {
        var names = new Argument<string[]>("scenario")
        {
            Description = $"What to measure; without one: {string.Join(", ", Standard.Select(scenario => scenario.Name))}.\n"
                + string.Join("\n", Scenarios.Values.Select(scenario => $"{scenario.Name}: {scenario.Description}")),
            Arity = ArgumentArity.ZeroOrMore,
        };
        names.AcceptOnlyFromAmong([.. Scenarios.Keys]);
        var servers = new Option<ServerSource>("--servers")
        {
            Description = "Where Redis and RabbitMQ come from. The default: ConnectionStrings__redis and ConnectionStrings__rabbitmq when set, else the embedded Redis.",
            DefaultValueFactory = _ => Servers.DefaultSource,
        };
        var rounds = new Option<int>("--rounds") { Description = "How many rounds each side runs.", DefaultValueFactory = _ => 3 };
        var jobs = new Option<int>("--jobs") { Description = "How many jobs a round of throughput has, in thousands.", DefaultValueFactory = _ => 20 };
        var backlog = new Option<int>("--backlog") { Description = "How many jobs pile up in the backlog, in thousands.", DefaultValueFactory = _ => 1000 };
        var soak = new Option<int>("--minutes") { Description = "How many minutes a soak takes.", DefaultValueFactory = _ => 30 };
        var least = new Option<double?>("--at-least") { Description = "Fails when the cluster has less than this share of the limit in a throughput." };
        var command = new RootCommand("Measures how far the cluster is from the limit that its servers set.") { names, servers, rounds, jobs, backlog, soak, least };
        foreach (var count in (Option<int>[])[rounds, jobs, backlog, soak])
        {
            count.Validators.Add(static result =>
            {
                if (result.GetValueOrDefault<int>() < 1)
                {
                    result.AddError($"{result.Option.Name} is 1 or more.");
                }
            });
        }

        command.SetAction((parsed, cancellationToken) => MeasureAsync(
            [.. (parsed.GetValue(names) is { Length: > 0 } given ? given : Standard.Select(scenario => scenario.Name)).Select(name => Scenarios[name])],
            new BenchSettings(
                parsed.GetValue(servers), parsed.GetValue(rounds), 1000 * parsed.GetValue(jobs), 1000 * parsed.GetValue(backlog),
                TimeSpan.FromMinutes(parsed.GetValue(soak))),
            parsed.GetValue(least),
            cancellationToken));
        command.Subcommands.Add(MicroCommand());
        return command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = EndingTimeout });
    }

    private static Command MicroCommand()
    {
        var micro = new Command("micro", "Runs the benchmarks of single parts with BenchmarkDotNet, whose arguments follow, such as --filter *Store*.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        micro.SetAction(parsed => MicroBenchmarks.Run(parsed.UnmatchedTokens));
        return micro;
    }

    private static async Task<int> MeasureAsync(
        IReadOnlyList<IScenario> scenarios, BenchSettings settings, double? least, CancellationToken cancellationToken)
    {
        try
        {
            await using var bench = new Bench(settings);
            var measurements = new List<Measurement>();
            var code = 0;
            foreach (var scenario in scenarios)
            {
                AnsiConsole.MarkupLineInterpolated($"[grey]{scenario.Name}: {scenario.Description}[/]");
                try
                {
                    measurements.AddRange(await scenario.MeasureAsync(bench, cancellationToken));
                }
                catch (Exception fault) when (fault is OperationException or ServiceLaunchException or InvalidOperationException or HttpRequestException)
                {
                    code = Fail($"{scenario.Name} was not measured: {fault.Message}");
                }
            }

            var report = new Report(bench.ServersDescription, measurements, bench.Uses);
            report.Print(AnsiConsole.Console);
            Console.WriteLine($"Written to {string.Join(" and ", report.Save())}");
            return measurements.Any(it => it.Figure == ThroughputScenario.Figure && it.Ratio!.Median < least)
                ? Fail($"A throughput is below {least} of the limit.")
                : code;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Fail("Interrupted. All that was started is stopped.");
        }
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 1;
    }
}
