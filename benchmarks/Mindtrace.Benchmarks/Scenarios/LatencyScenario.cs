namespace Mindtrace.Benchmarks;

/// <summary>One job at a time: from the submit to the answer that it is completed.</summary>
internal sealed class LatencyScenario : IScenario
{
    private const int Jobs = 500;

    public string Name => "latency";

    public string Description => $"{Jobs} jobs a round, one at a time: from the submit to the answer that it is completed";

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, CancellationToken cancellationToken)
    {
        var limit = await bench.LimitAsync(cancellationToken);
        var cluster = await bench.ClusterAsync(cancellationToken);
        return await Comparison.MeasureAsync(Name, Timing.Percentiles, bench.Settings.Rounds, () => RunAsync(limit), () => RunAsync(cluster));

        Task<IReadOnlyList<double>> RunAsync(IEchoSystem system) => Timing.PercentilesOfAsync(Jobs, () => system.RunAsync(cancellationToken));
    }
}
