namespace Mindtrace.Benchmarks;

/// <summary>Bulk throughput while logs, metrics and a tenth of the traces are exported.</summary>
internal sealed class TracedScenario : IScenario
{
    private const double TraceRatio = 0.1;

    public string Name => "traced";

    public string Description => $"As bulk, while logs, metrics and {TraceRatio:P0} of the traces are exported over OTLP";

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, CancellationToken cancellationToken)
    {
        var limit = await bench.LimitAsync(cancellationToken);
        await using var sink = new TelemetrySink(TraceRatio);
        await using var cluster = await ClusterUnderTest.StartAsync(
            await bench.ServersAsync(cancellationToken), new ClusterShape { Telemetry = sink }, cancellationToken);
        await Bench.WarmUpAsync(cluster, cancellationToken);
        var figures = await ThroughputScenario.Bulk.MeasureAsync(Name, limit, cluster, bench.Settings, cancellationToken);
        return sink.Exports > 0 ? figures : throw new InvalidOperationException("Nothing was exported.");
    }
}
