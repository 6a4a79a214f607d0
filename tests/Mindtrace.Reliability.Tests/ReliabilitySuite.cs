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
    private static readonly bool Soak = Environment.GetEnvironmentVariable("MINDTRACE_TEST_SOAK") == "on";
    private static readonly int Jobs = Soak ? 20_000 : 2_000;
    private static readonly int Kills = Soak ? 9 : 1;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    public enum Victim
    {
        Manager,
        Worker,
        Store,
        Broker,

        /// <summary>The broker lives on; all that it had is gone.</summary>
        BrokersData,
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Client => cluster.Client;

    [Theory]
    [InlineData(WorkerStep.Received, 1)]
    [InlineData(WorkerStep.Claimed, 1)]
    [InlineData(WorkerStep.Running, 1)]
    [InlineData(WorkerStep.Returned, 2)]
    [InlineData(WorkerStep.Finished, 1)]
    [InlineData(WorkerStep.Acknowledged, 1)]
    public async Task Worker_KilledAfterAStep_JobIsBroughtToItsEnd(WorkerStep step, int executions)
    {
        var job = LedgerWorker.Schema.CreateJob(new LedgerInput(DieAfter: step));

        var verdict = await cluster.JudgeAsync(await cluster.SubmitAsync([job]));

        verdict.IsClean(extraExecutions: executions - 1);
        await DeathAsync(job.Id);
        Assert.Equal(step, cluster.Ledger.DeathBy(job.Id));
        Assert.Equal(executions, cluster.Ledger.Count(LedgerWriter.Executed)[job.Id.Value]);
        var isLost = step is WorkerStep.Claimed or WorkerStep.Running or WorkerStep.Returned;
        Assert.Equal(isLost ? 1 : 0, (await Client.InspectJobAsync(job.Id, Cancel)).Deaths);
    }

    [Theory]
    [InlineData(Victim.Manager)]
    [InlineData(Victim.Worker)]
    [InlineData(Victim.Store)]
    public async Task Process_KilledAmongManyJobs_EachIsBroughtToItsEnd(Victim victim)
    {
        var before = cluster.Ledger.Count(LedgerWriter.Executed).Values.Sum();
        var submission = cluster.SubmitAsync([.. Enumerable.Range(0, Jobs).Select(_ => LedgerWorker.Schema.CreateJob(new LedgerInput()))]);
        var done = 0;
        for (var kill = 1; kill <= Kills; kill++)
        {
            await cluster.Ledger.WhenExecutedAsync(before + (Jobs / 10 * kill));
            done = cluster.Ledger.Count(LedgerWriter.Executed).Values.Sum() - before;
            await KillAsync(victim);
        }

        Assert.True(done < Jobs, "All jobs were done before the last kill.");
        var verdict = await cluster.JudgeAsync(await submission);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{victim} killed {Kills} times, the last after some {done} of {Jobs} jobs: {verdict.ExtraExecutions} executions beyond the first");
        verdict.IsClean(extraExecutions: victim == Victim.Worker ? Kills * ClusterUnderDamage.InHand : 0);
    }

    [Fact]
    public async Task Worker_KilledAfterItPrinted_LogKeepsWhatWasStoredAndGoesOn()
    {
        const int Lines = 20_000;
        var (job, gate, worker) = await StartGatedJobAsync(Lines);
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
        var (job, gate, worker) = await StartGatedJobAsync();
        Signals.Send("STOP", worker.ProcessId);
        try
        {
            await SilenceAsync((await Client.GetJobStatusAsync(job, Cancel)).WorkerId!);
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
        var (job, gate, worker) = await StartGatedJobAsync();
        var first = (await Client.GetJobStatusAsync(job, Cancel)).WorkerId;
        Signals.Send("STOP", worker.ProcessId);
        JobStatus second;
        try
        {
            second = await WhenAsync(job, status => status.Status == JobState.Running && status.WorkerId != first);
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

    private async Task KillAsync(Victim victim)
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
            default:
                await cluster.Redis.KillAsync(Cancel);
                await cluster.Redis.RestartAsync(Cancel);
                break;
        }
    }

    private async Task<(JobId Job, string Gate, SupervisedService Worker)> StartGatedJobAsync(int lines = 0)
    {
        var gate = cluster.NewGate();
        var job = LedgerWorker.Schema.CreateJob(new LedgerInput(Gate: gate, Lines: lines));
        await cluster.SubmitAsync([job]);
        var running = await WhenAsync(job.Id, status => status.Status == JobState.Running);
        return (job.Id, gate, await cluster.WorkerAsync(running.WorkerId!));
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

    /// <summary>Waits until the death that a job asks for has happened: the last steps come after the job's end.</summary>
    private async Task DeathAsync(JobId job)
    {
        using var look = new PeriodicTimer(LookInterval);
        while (cluster.Ledger.DeathBy(job) is null)
        {
            await look.WaitForNextTickAsync(Cancel);
        }
    }

    private async Task<JobStatus> WhenAsync(JobId job, Func<JobStatus, bool> condition)
    {
        using var look = new PeriodicTimer(LookInterval);
        while (true)
        {
            var status = await Client.GetJobStatusAsync(job, Cancel);
            if (condition(status))
            {
                return status;
            }

            await look.WaitForNextTickAsync(Cancel);
        }
    }
}
