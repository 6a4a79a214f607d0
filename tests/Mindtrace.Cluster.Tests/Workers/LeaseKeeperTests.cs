using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Workers;

/// <summary>What a worker learns of its attempts when it renews their leases.</summary>
public sealed class LeaseKeeperTests
{
    private static readonly TimeSpan Lease = new WorkerOptions().LeaseDuration;

    private readonly GatedWorker _worker = new();

    [Fact]
    public async Task Renew_AttemptRuns_ProlongsItsLease()
    {
        var (bench, delivery, executing) = await RunAsync();
        await using var keeper = Keeper(bench);

        bench.Clock.Advance(Lease / 2);
        await keeper.RenewAsync(CancellationToken.None);
        bench.Clock.Advance(Lease / 2);

        Assert.Equal(bench.Clock.GetUtcNow() + (Lease / 2), (await bench.RecordAsync(delivery)).LeaseExpiresAt);
        Assert.Empty(await bench.Store.ListLapsedAsync(10, CancellationToken.None));
        Assert.False(executing.IsCompleted);
    }

    [Fact]
    public async Task Renew_JobWasGivenToAnother_StopsTheAttemptAndLeavesTheOther()
    {
        var (bench, delivery, executing) = await RunAsync();
        await using var keeper = Keeper(bench);
        bench.Clock.Advance(Lease + TimeSpan.FromTicks(1));
        var lapsed = Assert.Single(await bench.Store.ListLapsedAsync(10, CancellationToken.None));
        Assert.True(await bench.Store.ReapAsync(lapsed, "silent", maxDeaths: 3, CancellationToken.None));
        var other = new AttemptKey(delivery.Message.JobId, ExecutorBench.Type, AttemptToken.New());
        await bench.Store.ClaimAsync(other, WorkerId.New(), Lease, CancellationToken.None);

        await keeper.RenewAsync(CancellationToken.None);
        await executing.InTime();

        Assert.Equal((JobState.Running, other.Token), ((await bench.RecordAsync(delivery)).State, (await bench.RecordAsync(delivery)).Token));
        Assert.Equal(Settlement.Acknowledged, delivery.Settlement);
    }

    [Fact]
    public async Task Renew_CancelCameWhileNobodyListened_StopsTheAttempt()
    {
        var (bench, delivery, executing) = await RunAsync();
        await using var keeper = Keeper(bench);
        await bench.Store.CancelAsync(delivery.Message.JobId, CancellationToken.None);
        Assert.False(executing.IsCompleted);

        await keeper.RenewAsync(CancellationToken.None);
        await executing.InTime();

        Assert.Equal(JobState.Cancelled, (await bench.RecordAsync(delivery)).State);
    }

    [Fact]
    public async Task Renew_StoreIsAway_SaysSoAndTheNextOneRenews()
    {
        var (bench, delivery, executing) = await RunAsync();
        await using var keeper = Keeper(bench);
        bench.Clock.Advance(Lease / 2);
        bench.Attempts.FaultsLeft = 1;

        await Assert.ThrowsAsync<JobBackendUnavailableException>(() => keeper.RenewAsync(CancellationToken.None));
        Assert.False(executing.IsCompleted);
        await keeper.RenewAsync(CancellationToken.None);

        Assert.Equal(bench.Clock.GetUtcNow() + Lease, (await bench.RecordAsync(delivery)).LeaseExpiresAt);
    }

    private static LeaseKeeper Keeper(ExecutorBench bench) => new(
        new WorkerIdentity(bench.Me), bench.Attempts, bench.Live, Options.Create(new WorkerOptions()), bench.Clock, NullLogger<LeaseKeeper>.Instance);

    private async Task<(ExecutorBench Bench, RecordingDelivery Delivery, Task Executing)> RunAsync()
    {
        var bench = await ExecutorBench.CreateAsync(_worker);
        var delivery = await bench.SubmitAsync(ExecutorBench.EchoJob());
        var executing = bench.ExecuteAsync(delivery);
        await _worker.NextRunAsync();
        return (bench, delivery, executing);
    }
}
