using System.Diagnostics;
using Mindtrace.Environments;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Benchmarks;

/// <summary>Compares a script without a cluster with what one would do by hand, one after the other.</summary>
internal static class Overhead
{
    private const int WarmUpRuns = 3;
    private const int Rounds = 5;
    private const int RunsOfARound = 10;

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(string name, Func<Task> runBare, Func<Task> runOurs)
    {
        var (bare, ours) = (new List<double>(), new List<double>());
        for (var run = 0; run < WarmUpRuns; run++)
        {
            await runBare();
            await runOurs();
        }

        while (bare.Count < Rounds)
        {
            var round = (Bare: new List<double>(), Ours: new List<double>());
            for (var run = 0; run < RunsOfARound; run++)
            {
                round.Bare.Add(await Timing.MillisecondsOfAsync(runBare));
                round.Ours.Add(await Timing.MillisecondsOfAsync(runOurs));
            }

            bare.Add(Spread.Of(round.Bare).Median);
            ours.Add(Spread.Of(round.Ours).Median);
        }

        return [new Measurement(name, "p50 ms", bare, ours)];
    }

    /// <exception cref="InvalidOperationException">The program failed.</exception>
    public static async Task RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var result = await ChildProcess.RunAsync(new ProcessStartInfo(program, arguments), TimeSpan.FromMinutes(1), TimeProvider.System, cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException(result.Error);
        }
    }

    /// <exception cref="InvalidOperationException">The script failed.</exception>
    public static async Task RunAsync<TEnvironment>(
        IScriptRunner<TEnvironment> runner, TEnvironment environment, ScriptCommand command, CancellationToken cancellationToken)
    {
        var result = await runner.RunAsync(environment, command, new ScriptLimits(), new NoOutput(), cancellationToken);
        if (!result.Succeeded)
        {
            throw new InvalidOperationException(result.Reason);
        }
    }

    private sealed class NoOutput : IScriptOutput
    {
        public ValueTask WriteLineAsync(ScriptStream stream, string line, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
