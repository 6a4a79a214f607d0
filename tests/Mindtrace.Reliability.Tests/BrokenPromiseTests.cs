using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Reliability.Worker;
using Mindtrace.TestServers;
using Xunit.Sdk;

namespace Mindtrace.Reliability.Tests;

/// <summary>Processes that break a promise on purpose: the books show it.</summary>
[Collection(nameof(ReliabilitySuite))]
public sealed class BrokenPromiseTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Worker_LosesOutcomes_IsFoundOut()
    {
        await using var cluster = await Cluster.StartAsync(BrokenPromise.LosesOutcomes);

        // Its attempt is taken for lost in the end; one such loss is enough here.
        var job = NewJob() with { MaxDeaths = 0 };
        var verdict = await cluster.JudgeAsync(await cluster.SubmitAsync([job]));

        Assert.Equal([job.Id], verdict.Unsuccessful);
        AssertIsNotClean(verdict);
    }

    [Fact]
    public async Task Worker_OverwritesTheOutcomeOfAnother_IsFoundOut()
    {
        await using var cluster = await Cluster.StartAsync(BrokenPromise.OverwritesOutcomes);
        var (job, gate, worker) = await cluster.StartGatedJobAsync();
        await cluster.Client.ReportWorkerExitAsync(new ReportWorkerExitRequest(worker, "It did not end; that is the fault."), Cancel);
        await File.WriteAllTextAsync(gate, "", Cancel);
        await cluster.Ledger.WhenNotedAsync(LedgerWriter.Recorded, job, count: 2);

        var verdict = await cluster.JudgeAsync([job]);

        Assert.Equal([job.Value], verdict.RecordedTwice);
        AssertIsNotClean(verdict);
    }

    [Fact]
    public async Task Worker_RunsWhatTheStoreDidNotLetItHave_IsFoundOut()
    {
        await using var cluster = await Cluster.StartAsync(BrokenPromise.RunsWithoutClaim);
        var job = NewJob();
        await cluster.SubmitAsync([job]);
        await cluster.Ledger.WhenNotedAsync(LedgerWriter.Executed, job.Id, count: 2);

        var verdict = await cluster.JudgeAsync([job.Id]);

        Assert.Equal(1, verdict.ExtraExecutions);
        AssertIsNotClean(verdict);
    }

    [Fact]
    public async Task Manager_DropsAMessage_IsFoundOut()
    {
        await using var cluster = await Cluster.StartAsync(BrokenPromise.DropsMessage);
        var (dropped, next) = (NewJob(), NewJob());
        await cluster.SubmitAsync([dropped, next]);
        await cluster.JudgeAsync([next.Id]);

        var verdict = await cluster.JudgeNowAsync([dropped.Id, next.Id]);

        Assert.Equal([dropped.Id], verdict.Stuck);
        AssertIsNotClean(verdict);
    }

    private static Job NewJob() => LedgerWorker.Schema.CreateJob(new LedgerInput());

    private static void AssertIsNotClean(Verdict verdict) => Assert.ThrowsAny<XunitException>(() => verdict.IsClean(extraExecutions: 0));

    private sealed class Cluster : ClusterUnderDamage
    {
        private readonly BrokenPromise _breaks;

        private Cluster(BrokenPromise breaks)
            : base(new GarnetServer(), broker: null) => _breaks = breaks;

        private protected override BrokenPromise Breaks => _breaks;

        private protected override TimeSpan LostHintInterval => TimeSpan.FromHours(1);

        public static async Task<Cluster> StartAsync(BrokenPromise breaks)
        {
            var cluster = new Cluster(breaks);
            await ((IAsyncLifetime)cluster).InitializeAsync();
            return cluster;
        }
    }
}
