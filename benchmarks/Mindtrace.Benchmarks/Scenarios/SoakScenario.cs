using System.Diagnostics;

namespace Mindtrace.Benchmarks;

/// <summary>Jobs that run without a pause while those before them are forgotten: what grows with them although it should not.</summary>
internal sealed class SoakScenario : IScenario
{
    private const int Parts = 6;
    private const string Rate = "jobs/s";

    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(5);

    public string Name => "soak";

    public string Description => "Jobs submitted and waited for without a pause, kept for a minute: memory and rate in the second and the last sixth";

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, CancellationToken cancellationToken)
    {
        var shape = new ClusterShape { Retention = Retention };
        await using var cluster = await ClusterUnderTest.StartAsync(await bench.ServersAsync(cancellationToken), shape, cancellationToken);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        long jobs = 0;
        Task[] callers = [.. Enumerable.Range(0, EchoLoad.Concurrency).Select(_ => RunJobsAsync())];
        var samples = new List<IReadOnlyDictionary<string, double>>();
        var (started, counted, countedAt) = (Stopwatch.GetTimestamp(), 0L, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(started) < bench.Settings.Soak && !Array.Exists(callers, caller => caller.IsFaulted))
        {
            await Task.Delay(SampleInterval, cancellationToken);
            samples.Add(await SampleAsync());
        }

        await end.CancelAsync();
        await Task.WhenAll(callers);
        bench.Note(cluster.ReadUse());
        return
        [
            new Measurement(Name, "jobs", [], [jobs]),
            .. samples[0].Keys.SelectMany(figure =>
            {
                var (early, late) = (Of(figure, part: 1), Of(figure, part: Parts - 1));
                return (Measurement[])
                [
                    new(Name, $"{figure}, second sixth", [], [early]), new(Name, $"{figure}, last sixth", [], [late]),
                    new(Name, $"{figure}, last over second", [], [late / early]),
                ];
            }),
        ];

        async Task RunJobsAsync()
        {
            try
            {
                while (true)
                {
                    await cluster.RunAsync(end.Token);
                    Interlocked.Increment(ref jobs);
                }
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // The soak has ended.
            }
        }

        async Task<IReadOnlyDictionary<string, double>> SampleAsync()
        {
            var (now, finished) = (Stopwatch.GetTimestamp(), Interlocked.Read(ref jobs));
            var sample = cluster.ReadUse().ToDictionary(use => $"{use.Process} MiB", use => (double)(use.OwnBytes ?? use.ResidentBytes) / (1 << 20));
            sample[Rate] = (finished - counted) / Stopwatch.GetElapsedTime(countedAt, now).TotalSeconds;
            (counted, countedAt) = (finished, now);
            if (await cluster.ReadUsedMemoryAsync() is { } bytes)
            {
                sample["Redis MiB"] = (double)bytes / (1 << 20);
            }

            return sample;
        }

        double Of(string figure, int part) =>
            Spread.Of(samples.Skip(samples.Count * part / Parts).Take(samples.Count / Parts).Select(sample => sample[figure])).Median;
    }
}
