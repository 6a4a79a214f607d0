using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Reliability.Worker;
using Mindtrace.TestServers;

namespace Mindtrace.Reliability.Tests;

/// <summary>Nothing lost, nothing finished twice, nothing stuck, whatever is killed. Runs on each kind of servers.</summary>
/// <remarks>One kind after the other: the tests watch how processes fare, and leave each other the processor.</remarks>
/// <param name="cluster">What damage is done to.</param>
[CollectionDefinition(nameof(ReliabilitySuite), DisableParallelization = true)]
[Collection(nameof(ReliabilitySuite))]
public abstract class ReliabilitySuite(ClusterUnderDamage cluster)
{
    /// <summary>Whether the damage is to be long: <c>./test.sh --soak</c>.</summary>
    internal static readonly bool Soak = Environment.GetEnvironmentVariable("MINDTRACE_TEST_SOAK") == "on";

    private static readonly int Jobs = Soak ? 20_000 : 2_000;
    private static readonly int Kills = Soak ? 9 : 1;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SlowBy = TimeSpan.FromMilliseconds(5);

    public enum Victim
    {
        Manager,
        Worker,
        Store,
        Broker,

        /// <summary>The broker lives on; all that it had is gone.</summary>
        BrokersData,

        /// <summary>All connections to the store are reset.</summary>
        StoresConnections,

        /// <summary>All connections to the broker are reset.</summary>
        BrokersConnections,
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Client => cluster.Client;

    [Theory]
    [InlineData(JobStep.Received, 1)]
    [InlineData(JobStep.Claimed, 1)]
    [InlineData(JobStep.Running, 1)]
    [InlineData(JobStep.Returned, 2)]
    [InlineData(JobStep.Finished, 1)]
    [InlineData(JobStep.Acknowledged, 1)]
    public async Task Worker_KilledAfterAStep_JobIsBroughtToItsEnd(JobStep step, int executions)
    {
        var job = LedgerWorker.Schema.CreateJob(new LedgerInput(DieAfter: step));

        var verdict = await cluster.JudgeAsync(await cluster.SubmitAsync([job]));

        verdict.IsClean(extraExecutions: executions - 1);
        await cluster.Ledger.WhenDiedAsync(job.Id);
        Assert.Equal(step, cluster.Ledger.DeathBy(job.Id));
        Assert.Equal(executions, cluster.Ledger.Count(LedgerWriter.Executed)[job.Id.Value]);
        var isLost = step is JobStep.Claimed or JobStep.Running or JobStep.Returned;
        Assert.Equal(isLost ? 1 : 0, (await Client.InspectJobAsync(job.Id, Cancel)).Deaths);
    }

    [Theory]
    [InlineData(JobStep.Stored)]
    [InlineData(JobStep.Published)]
    [InlineData(JobStep.Confirmed)]
    public async Task Manager_KilledAfterAStep_JobIsBroughtToItsEnd(JobStep step)
    {
        var job = LedgerWorker.Schema.CreateJob(new LedgerInput(DieAfter: step));

        (await cluster.JudgeAsync(await cluster.SubmitAsync([job]))).IsClean(extraExecutions: 0);

        // The job may be at its end before the manager is at its own.
        await cluster.Ledger.WhenDiedAsync(job.Id);
        Assert.Equal(step, cluster.Ledger.DeathBy(job.Id));
        Assert.Equal(0, (await ClusterUnderDamage.UntilServedAsync(() => Client.InspectJobAsync(job.Id, Cancel))).Deaths);
    }

    [Theory]
    [InlineData(Victim.Manager)]
    [InlineData(Victim.Worker)]
    [InlineData(Victim.Store)]
    [InlineData(Victim.StoresConnections)]
    public async Task Victim_DamagedAmongManyJobs_EachIsBroughtToItsEnd(Victim victim)
    {
        var before = cluster.Ledger.Count(LedgerWriter.Executed).Values.Sum();
        var submission = cluster.SubmitAsync([.. Enumerable.Range(0, Jobs).Select(_ => LedgerWorker.Schema.CreateJob(new LedgerInput()))]);
        var done = 0;
        for (var kill = 1; kill <= Kills; kill++)
        {
            await cluster.Ledger.WhenExecutedAsync(before + (Jobs / 10 * kill));
            done = cluster.Ledger.Count(LedgerWriter.Executed).Values.Sum() - before;
            await DamageAsync(victim);
        }

        Assert.True(done < Jobs, "All jobs were done before the last damage.");
        var verdict = await cluster.JudgeAsync(await submission);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{victim} damaged {Kills} times, the last after some {done} of {Jobs} jobs: {verdict.ExtraExecutions} executions beyond the first");
        verdict.IsClean(extraExecutions: victim == Victim.Worker ? Kills * ClusterUnderDamage.InHand : 0);
    }

    [Fact]
    public async Task Worker_KilledAfterItPrinted_LogKeepsWhatWasStoredAndGoesOn()
    {
        const int Lines = 20_000;
        var (job, gate, id) = await cluster.StartGatedJobAsync(Lines);
        var worker = await cluster.WorkerAsync(id);
        await foreach (var line in Client.FollowJobLogsAsync(new JobLogsRequest(job) { After = 0 }, Cancel))
        {
            if (line.Number == Lines)
            {
                break;
            }
        }

        await worker.KillAsync();
        await File.WriteAllTextAsync(gate, "", Cancel);
        (await cluster.JudgeAsync([job])).IsClean(extraExecutions: 0);

        var log = await Client.FollowJobLogsAsync(new JobLogsRequest(job) { After = 0 }, Cancel).ToListAsync(Cancel);
        Assert.Equal(Enumerable.Range(0, 2 * Lines).Select(i => (i + 1L, 1 + (i / Lines), $"{1 + (i % Lines)}")), log.Select(line => (line.Number, line.Attempt, line.Line)));
    }

    [Fact]
    public async Task Worker_StoppedForLessThanItsLease_FinishesItsJob()
    {
        var (job, gate, id) = await cluster.StartGatedJobAsync();
        var worker = await cluster.WorkerAsync(id);
        Signals.Send("STOP", worker.ProcessId);
        try
        {
            await SilenceAsync(id.Value);
        }
        finally
        {
            Signals.Send("CONT", worker.ProcessId);
        }

        await File.WriteAllTextAsync(gate, "", Cancel);
        (await cluster.JudgeAsync([job])).IsClean(extraExecutions: 0);
        Assert.Equal(0, (await Client.InspectJobAsync(job, Cancel)).Deaths);
    }

    [Fact]
    public async Task Worker_StoppedForLongerThanItsLease_IsFenced()
    {
        var (job, gate, first) = await cluster.StartGatedJobAsync();
        var worker = await cluster.WorkerAsync(first);
        Signals.Send("STOP", worker.ProcessId);
        JobStatus second;
        try
        {
            second = await cluster.WhenAsync(job, status => status.Status == JobState.Running && status.WorkerId != first.Value);
            await File.WriteAllTextAsync(gate, "", Cancel);
            Assert.Equal(JobState.Completed, (await Client.WaitForJobAsync(job, Cancel)).Status);
        }
        finally
        {
            Signals.Send("CONT", worker.ProcessId);
        }

        // The one that was stopped goes on, and finds out: it has run the job as well, or was told to leave it.
        (await cluster.JudgeAsync([job])).IsClean(extraExecutions: 1);
        var details = await Client.InspectJobAsync(job, Cancel);
        Assert.Equal((1, second.WorkerId), (details.Deaths, details.Status.WorkerId));
    }

    [Fact]
    public async Task Connections_SlowAmongManyJobs_NoJobRunsTwice()
    {
        var before = cluster.Ledger.Count(LedgerWriter.Executed).Values.Sum();
        var submission = cluster.SubmitAsync([.. Enumerable.Range(0, Jobs / 4).Select(_ => LedgerWorker.Schema.CreateJob(new LedgerInput()))]);
        await cluster.Ledger.WhenExecutedAsync(before + (Jobs / 40));
        TcpProxy[] proxies = cluster.Broker is null ? [cluster.RedisProxy] : [cluster.RedisProxy, cluster.BrokerProxy];
        try
        {
            Array.ForEach(proxies, proxy => proxy.Delay = SlowBy);
            (await cluster.JudgeAsync(await submission)).IsClean(extraExecutions: 0);
            Assert.All(proxies, proxy => Assert.True(proxy.HeldUp > 0));
        }
        finally
        {
            Array.ForEach(proxies, proxy => proxy.Delay = TimeSpan.Zero);
        }
    }

    private async Task DamageAsync(Victim victim)
    {
        switch (victim)
        {
            case Victim.Manager:
                await cluster.Manager.KillAsync();
                break;
            case Victim.Worker:
                await cluster.AnyWorker().KillAsync();
                break;
            case Victim.Broker:
                await cluster.Broker!.KillAsync(Cancel);
                await cluster.Broker.RestartAsync(Cancel);
                break;
            case Victim.BrokersData:
                await cluster.Broker!.ForgetAllAsync(Cancel);
                break;
            case Victim.StoresConnections:
                Assert.NotEqual(0, cluster.RedisProxy.Cut());
                break;
            case Victim.BrokersConnections:
                Assert.NotEqual(0, cluster.BrokerProxy.Cut());
                break;
            case Victim.Store:
                await cluster.Redis.KillAsync(Cancel);
                await cluster.Redis.RestartAsync(Cancel);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(victim));
        }
    }

    /// <summary>Waits until a worker has missed a beat.</summary>
    private async Task SilenceAsync(string worker)
    {
        using var look = new PeriodicTimer(LookInterval);
        var (start, beat) = (TimeProvider.System.GetTimestamp(), (await Client.GetWorkerStatusAsync(worker, Cancel)).LastHeartbeat);
        while (TimeProvider.System.GetElapsedTime(start) < 2 * ClusterUnderDamage.HeartbeatInterval)
        {
            await look.WaitForNextTickAsync(Cancel);
            if ((await Client.GetWorkerStatusAsync(worker, Cancel)).LastHeartbeat is var last && last != beat)
            {
                (start, beat) = (TimeProvider.System.GetTimestamp(), last);
            }
        }
    }
}
