namespace Mindtrace.Benchmarks;

/// <summary>More workers on one queue, all on this machine: what coordination costs, not what more machines would bring.</summary>
internal sealed class FanInScenario : IScenario
{
    private static readonly int[] Workers = [1, 4, 16];

    public string Name => "fan-in";

    public string Description => $"Bulk throughput with {string.Join(", ", Workers)} workers on one queue, all on this machine";

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, CancellationToken cancellationToken)
    {
        var limit = await bench.LimitAsync(cancellationToken);
        var measurements = new List<Measurement>();
        foreach (var workers in Workers)
        {
            await using var cluster = await ClusterUnderTest.StartAsync(
                await bench.ServersAsync(cancellationToken), new ClusterShape { Workers = workers }, cancellationToken);
            await Bench.WarmUpAsync(cluster, cancellationToken);
            measurements.AddRange(await Comparison.MeasureAsync(
                Name, [$"{workers} workers, {ThroughputScenario.Figure}"], bench.Settings.Rounds, () => RunAsync(limit), () => RunAsync(cluster)));
        }

        return measurements;

        async Task<IReadOnlyList<double>> RunAsync(IEchoSystem system) => [bench.Settings.Jobs / await Timing.SecondsOfAsync(
            () => EchoLoad.RunInBulkAsync(system, bench.Settings.Jobs, cancellationToken))];
    }
}
