using System.Diagnostics;

namespace Mindtrace.Benchmarks;

/// <summary>Many jobs at once: from the first submit until the last one is completed.</summary>
internal sealed class ThroughputScenario : IScenario
{
    private const int Jobs = 2000;

    public string Name => "throughput";

    public IReadOnlyList<string> Figures => ["jobs/s"];

    public async Task<IReadOnlyList<double>> RunAsync(IEchoSystem system, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await EchoLoad.RunManyAsync(system, Jobs, cancellationToken);
        return [Jobs / Stopwatch.GetElapsedTime(started).TotalSeconds];
    }
}
