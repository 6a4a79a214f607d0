using System.Diagnostics;

namespace Mindtrace.Benchmarks;

/// <summary>One job at a time: from the submit to the answer that it is completed.</summary>
internal sealed class LatencyScenario : IScenario
{
    private const int Jobs = 300;

    public string Name => "latency";

    public IReadOnlyList<string> Figures => ["p50 ms", "p99 ms"];

    public async Task<IReadOnlyList<double>> RunAsync(IEchoSystem system, CancellationToken cancellationToken)
    {
        var milliseconds = new double[Jobs];
        for (var job = 0; job < Jobs; job++)
        {
            var started = Stopwatch.GetTimestamp();
            await system.RunAsync(cancellationToken);
            milliseconds[job] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        Array.Sort(milliseconds);
        return [milliseconds[Jobs / 2], milliseconds[Jobs * 99 / 100]];
    }
}
