namespace Mindtrace.Benchmarks;

/// <summary>Jobs pile up while nobody runs them, then one worker works them off.</summary>
internal sealed class BacklogScenario : IScenario
{
    private const int Parts = 10;

    public string Name => "backlog";

    public string Description => "Many jobs submitted in bulk while no worker runs, then worked off: rates in the first and the last tenth, memory";

    public async Task<IReadOnlyList<Measurement>> MeasureAsync(Bench bench, CancellationToken cancellationToken)
    {
        var servers = await bench.ServersAsync(cancellationToken);
        var jobs = bench.Settings.BacklogJobs;
        await using var limit = await BareLimit.StartAsync(servers, cancellationToken);
        var bare = await RunAsync(limit, limit.ReadUsedMemoryAsync, () => limit.ConsumeAsync(cancellationToken), jobs, cancellationToken);
        await using var cluster = await ClusterUnderTest.StartAsync(servers, new ClusterShape { Workers = 0 }, cancellationToken);
        var ours = await RunAsync(cluster, cluster.ReadUsedMemoryAsync, () => cluster.StartWorkerAsync(cancellationToken), jobs, cancellationToken);
        bench.Note(cluster.ReadUse());
        return
        [
            Measured("submit jobs/s", side => side.Submit.All),
            Measured("submit last tenth / first", side => side.Submit.LastOverFirst),
            Measured("drain jobs/s", side => side.Drain.All),
            Measured("drain last tenth / first", side => side.Drain.LastOverFirst),
            .. bare.QueuedBytes is null ? [] : (Measurement[])
            [
                Measured("Redis bytes/queued job", side => side.QueuedBytes!.Value),
                Measured("Redis bytes/finished job", side => side.FinishedBytes!.Value),
            ],
        ];

        Measurement Measured(string figure, Func<Side, double> read) => new(Name, figure, [read(bare)], [read(ours)]);
    }

    private static async Task<Side> RunAsync(
        IEchoSystem system, Func<Task<long?>> readUsedMemoryAsync, Func<Task> consumeAsync, int jobs, CancellationToken cancellationToken)
    {
        var empty = await readUsedMemoryAsync();
        var submit = await RatesAsync(part => EchoLoad.SubmitInBulkAsync(system, jobs / Parts, cancellationToken));
        var queued = await readUsedMemoryAsync();
        await consumeAsync();
        var drain = await RatesAsync(part => EchoLoad.WaitUntilCompletedAsync(system, (long)jobs / Parts * (part + 1), cancellationToken));
        var finished = await readUsedMemoryAsync();
        return new Side(submit, drain, (double?)(queued - empty) / jobs, (double?)(finished - empty) / jobs);

        async Task<Rates> RatesAsync(Func<int, Task> runPartAsync)
        {
            var seconds = new double[Parts];
            for (var part = 0; part < Parts; part++)
            {
                seconds[part] = await Timing.SecondsOfAsync(() => runPartAsync(part));
            }

            return new Rates(jobs / seconds.Sum(), seconds[0] / seconds[^1]);
        }
    }

    private sealed record Rates(double All, double LastOverFirst);

    private sealed record Side(Rates Submit, Rates Drain, double? QueuedBytes, double? FinishedBytes);
}
