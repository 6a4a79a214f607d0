using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Reliability.Worker;

namespace Mindtrace.Reliability.Tests;

/// <summary>Nodes on machines of their own, and managers that are several.</summary>
[Collection(nameof(ReliabilitySuite))]
public sealed class OtherMachineTests(MachinesCluster cluster) : IClassFixture<MachinesCluster>
{
    private const int Jobs = 200;

    /// <summary>How many jobs are submitted around each of three faults, and as many once more when all is well again.</summary>
    private static readonly int JobsPerFault = ReliabilitySuite.Soak ? 5_000 : 500;

    private static readonly TimeSpan SlowBy = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_Joined_AreKnownByTheAddressOfTheirMachine()
    {
        var nodes = await cluster.Client.ListNodesAsync(Cancel);
        var workers = await cluster.Client.ListWorkersAsync(cancellationToken: Cancel);

        Assert.Equal(
            cluster.Machines.Select(machine => machine.Address.ToString()).Order(StringComparer.Ordinal),
            nodes.Select(node => node.NodeUrl.Host).Order(StringComparer.Ordinal));
        Assert.All(workers, worker => Assert.Contains(cluster.Machines, machine => machine.Address.ToString() == new Uri(worker.WorkerUrl).Host));
    }

    [Fact]
    public async Task Links_SlowAmongManyJobs_NoJobRunsTwice()
    {
        SetDelay(SlowBy);
        try
        {
            var accepted = await cluster.SubmitAsync(NewJobs(Jobs));
            (await cluster.JudgeAsync(accepted)).IsClean(extraExecutions: 0);
            Assert.All(cluster.Links, link => Assert.True(link.HeldUp > 0));
        }
        finally
        {
            SetDelay(TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task Link_CutUntilTheWorkerWasDeclaredDead_LateResultIsRefusedAndTheNodeComesBack()
    {
        var (job, gate, first) = await cluster.StartGatedJobAsync();

        await CutUntilDeclaredDeadAsync(job, gate, first);

        (await cluster.JudgeAsync([job])).IsClean(extraExecutions: 1);
        await WhenAllNodesAreAliveAsync();
        await cluster.WhenWorkerRunsAgainAsync(first);
    }

    [Fact]
    public async Task ManagerNodeAndBroker_DamagedAmongManyJobs_EachIsBroughtToItsEnd()
    {
        var accepted = new List<JobId>();
        var executed = Executed();

        accepted.AddRange(await UnderLoadAsync(() => cluster.ManagerProcesses[^1].KillAsync()));
        var (held, gate, worker) = await cluster.StartGatedJobAsync();
        accepted.Add(held);
        accepted.AddRange(await UnderLoadAsync(() => CutUntilDeclaredDeadAsync(held, gate, worker)));
        accepted.AddRange(await UnderLoadAsync(async () =>
        {
            await cluster.Broker!.KillAsync(Cancel);
            await cluster.Broker.RestartAsync(Cancel);
        }));
        accepted.AddRange(await cluster.SubmitAsync(NewJobs(JobsPerFault)));

        var verdict = await cluster.JudgeAsync(accepted);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{accepted.Count} jobs: {verdict.Lost.Count} lost, {verdict.RecordedTwice.Count} recorded twice, {verdict.Stuck.Count} stuck, "
            + $"{Executed() - executed} executed, {verdict.ExtraExecutions} of them beyond the first");

        // What was in hand on the machine that was cut off ran there, and elsewhere.
        verdict.IsClean(extraExecutions: MachinesCluster.WorkersPerMachine * ClusterUnderDamage.InHand);
        await WhenAllNodesAreAliveAsync();
    }

    private static Job[] NewJobs(int count) => [.. Enumerable.Range(0, count).Select(_ => LedgerWorker.Schema.CreateJob(new LedgerInput()))];

    private int Executed() => cluster.Ledger.Count(LedgerWriter.Executed).Values.Sum();

    private void SetDelay(TimeSpan delay)
    {
        foreach (var link in cluster.Links)
        {
            link.Delay = delay;
        }
    }

    /// <summary>Does damage while jobs are submitted and run.</summary>
    /// <returns>The jobs.</returns>
    private async Task<IReadOnlyList<JobId>> UnderLoadAsync(Func<Task> damage)
    {
        var before = Executed();
        var submission = cluster.SubmitAsync(NewJobs(JobsPerFault));
        await cluster.Ledger.WhenExecutedAsync(before + (JobsPerFault / 20));
        Assert.True(Executed() - before < JobsPerFault, "All jobs were done before the damage.");
        await damage();
        return await submission;
    }

    /// <summary>Cuts off the machine of a worker that has a job in hand, until another one has done the job; the worker does it as well, and nobody hears of it.</summary>
    private async Task CutUntilDeclaredDeadAsync(JobId job, string gate, WorkerId first)
    {
        var machine = await cluster.MachineOfAsync(first);
        await machine.CutAsync(Cancel);
        try
        {
            await File.WriteAllTextAsync(gate, "", Cancel);
            await cluster.Ledger.WhenNotedAsync(LedgerWriter.Executed, job, 1);
            var finished = await cluster.Client.WaitForJobAsync(job, Cancel);
            Assert.Equal(JobState.Completed, finished.Status);
            Assert.NotEqual(first.Value, finished.WorkerId);
        }
        finally
        {
            await machine.MendAsync(Cancel);
        }

        await cluster.Ledger.WhenNotedAsync(LedgerWriter.Refused, job, 1);
        Assert.Equal(1, (await cluster.Client.InspectJobAsync(job, Cancel)).Deaths);
    }

    private async Task WhenAllNodesAreAliveAsync()
    {
        using var look = new PeriodicTimer(LookInterval);
        while (!(await cluster.Client.ListNodesAsync(Cancel)).All(node => node.Status == NodeState.Alive))
        {
            await look.WaitForNextTickAsync(Cancel);
        }
    }
}
