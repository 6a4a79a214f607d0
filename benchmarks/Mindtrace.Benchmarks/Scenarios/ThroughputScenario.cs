namespace Mindtrace.Benchmarks;

/// <summary>Many jobs at once: from the first submit until the last one is completed.</summary>
internal sealed class ThroughputScenario(string name, string submits, Func<IEchoSystem, int, CancellationToken, Task> runAsync) : IScenario
{
    public const string Figure = "jobs/s";
    private const string RedisFigure = "Redis processor µs/job";

    public static readonly ThroughputScenario Single = new("single", $"{EchoLoad.Concurrency} single submits in flight", EchoLoad.RunSinglyAsync);
    public static readonly ThroughputScenario Bulk = new("bulk", "submitted a thousand at a time", EchoLoad.RunInBulkAsync);

    public string Name => name;

    public string Description => $"Many jobs at once, {submits}: from the first submit until the last one is completed";

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, CancellationToken cancellationToken) => await MeasureAsync(
        Name, await bench.LimitAsync(cancellationToken), await bench.ClusterAsync(cancellationToken), bench.Settings, cancellationToken);

    /// <summary>Measures the throughput of a cluster and the processor time that a job costs each of its processes.</summary>
    public async Task<IReadOnlyList<Measurement>> MeasureAsync(
        string scenario, BareLimit limit, ClusterUnderTest cluster, BenchSettings settings, CancellationToken cancellationToken)
    {
        var before = cluster.ReadUse();
        string[] names = await limit.ReadRedisTimeAsync() is null ? [Figure] : [Figure, RedisFigure];
        var figures = await Comparison.MeasureAsync(scenario, names, settings.Rounds, () => RunAsync(limit), () => RunAsync(cluster));
        return [.. figures, .. before.Zip(cluster.ReadUse()).SelectMany(its => PerJob(its.First, its.Second))];

        async Task<IReadOnlyList<double>> RunAsync(IEchoSystem system)
        {
            var redis = await system.ReadRedisTimeAsync();
            var seconds = await Timing.SecondsOfAsync(() => runAsync(system, settings.Jobs, cancellationToken));
            redis = await system.ReadRedisTimeAsync() - redis;
            return [settings.Jobs / seconds, .. redis is { } time ? [time.TotalMicroseconds / settings.Jobs] : Array.Empty<double>()];
        }

        Measurement[] PerJob(ProcessUse start, ProcessUse end)
        {
            double jobs = settings.Rounds * settings.Jobs;
            return
            [
                new(scenario, $"{end.Process} processor µs/job", [], [(end.ProcessorTime - start.ProcessorTime).TotalMicroseconds / jobs]),
                .. end.AllocatedBytes - start.AllocatedBytes is { } bytes
                    ? [new(scenario, $"{end.Process} allocated KB/job", [], [bytes / jobs / 1024])]
                    : Array.Empty<Measurement>(),
            ];
        }
    }
}
