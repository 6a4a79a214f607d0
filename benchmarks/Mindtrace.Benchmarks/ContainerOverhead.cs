using System.Diagnostics;
using Mindtrace.Environments;
using Mindtrace.Environments.Containers;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Benchmarks;

/// <summary>What a job's container costs above <c>docker run --rm</c> with the same image, command and network, one after the other.</summary>
internal static class ContainerOverhead
{
    public const string Name = "containers";
    private const int WarmUpRuns = 3;
    private const int Rounds = 5;
    private const int RunsOfARound = 10;

    private static readonly string[] Command = ["echo", "hello"];

    public static string Image { get; } = Environment.GetEnvironmentVariable("MINDTRACE_TEST_JOB_IMAGE") ?? "mindtrace-test/job:local";

    /// <exception cref="InvalidOperationException">There is no engine, or it does not have the image.</exception>
    public static async Task<Measurement> MeasureAsync(CancellationToken cancellationToken)
    {
        using var runner = new ContainerRunner(new ContainerPolicy { AllowedImages = { Image }, Pull = ImagePull.Never }, TimeProvider.System);
        var (bare, ours) = (new List<double>(), new List<double>());
        for (var run = 0; run < WarmUpRuns; run++)
        {
            await RunBareAsync(cancellationToken);
            await RunOursAsync(runner, cancellationToken);
        }

        while (bare.Count < Rounds)
        {
            var round = (Bare: new List<double>(), Ours: new List<double>());
            for (var run = 0; run < RunsOfARound; run++)
            {
                round.Bare.Add(await MillisecondsOfAsync(() => RunBareAsync(cancellationToken)));
                round.Ours.Add(await MillisecondsOfAsync(() => RunOursAsync(runner, cancellationToken)));
            }

            bare.Add(Spread.Of(round.Bare).Median);
            ours.Add(Spread.Of(round.Ours).Median);
        }

        return new Measurement(Name, "p50 ms", bare, ours);
    }

    private static async Task<double> MillisecondsOfAsync(Func<Task> run)
    {
        var started = Stopwatch.GetTimestamp();
        await run();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task RunBareAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("docker", ["run", "--rm", "--network", "none", Image, .. Command]);
        var result = await ChildProcess.RunAsync(start, TimeSpan.FromMinutes(1), TimeProvider.System, cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException(result.Error);
        }
    }

    private static async Task RunOursAsync(ContainerRunner runner, CancellationToken cancellationToken)
    {
        var result = await runner.RunAsync(
            new ContainerEnvironment(Image), new ScriptCommand(Command), new ScriptLimits(), new NoOutput(), cancellationToken);
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
