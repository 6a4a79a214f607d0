using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs.Redis;
using Mindtrace.Jobs;
using Mindtrace.Manager.Jobs;
using Mindtrace.Manager.Recovery;
using StackExchange.Redis;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>What is done about managers and workers that are lost.</summary>
public sealed class RecoveryTests(ClusterFixture fixture)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 29, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Relay_AManagerDiedBeforeItPublishedAJob_PublishesIt()
    {
        var space = new RedisKeySpace($"relay-{Guid.NewGuid():N}");
        var type = ClusterFixture.NewType("orphan");
        var job = type.CreateJob(new EchoInput { Message = "hello" });
        await using (var connection = await ConnectionMultiplexer.ConnectAsync(fixture.Redis))
        {
            var store = new RedisJobStore(connection, space);
            await store.SetRouteAsync(type.Type, JobRoute.Queue, Cancel);
            await store.SubmitAsync([job], hold: TimeSpan.FromMilliseconds(1), Cancel);
        }

        await using var manager = ManagerProgram.Start(fixture.Redis, space);
        await using var worker = await WorkerProgram.StartAsync(fixture.Redis, new EchoWorker(TimeProvider.System), space);
        await manager.Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);

        Assert.Equal(JobState.Completed, (await manager.Cluster.WaitForJobAsync(job.Id, Cancel).InTime()).Status);
    }

    [Fact]
    public async Task LostHints_QueueEmptyInTwoLooks_PublishesItsJobsAgain()
    {
        var (store, queue, type) = (new InMemoryJobStore(_clock), new InMemoryJobQueue(), JobType.Parse("lost"));
        await queue.DeclareAsync(type, QueueOrder.Fifo, Cancel);
        await store.SetRouteAsync(type, JobRoute.Queue, Cancel);
        var job = new Job { SchemaName = type, Payload = JobsJson.EmptyObject };
        var ticket = (await store.SubmitAsync([job], Lease, Cancel))[0].Ticket!;
        await store.ConfirmAsync([ticket], Cancel);
        using var finder = new LostHintFinder(
            store, store, queue, fixture.Manager.Services.GetRequiredService<JobTypeCatalog>(), Options.Create(new RecoveryOptions()), _clock, NullLogger<LostHintFinder>.Instance);

        // One look may fall between the delivery of the message and the claim.
        Assert.Equal(0, await finder.LookAsync(Cancel));
        Assert.Equal(1, await finder.LookAsync(Cancel));
        Assert.Equal(job.Id, Assert.Single(await store.TakeDueAsync(10, Lease, Cancel)).Message.JobId);
    }

    [Fact]
    public async Task LostHints_MessagesWait_LeavesThemAlone()
    {
        var (store, queue, type) = (new InMemoryJobStore(_clock), new InMemoryJobQueue(), JobType.Parse("waiting"));
        await queue.DeclareAsync(type, QueueOrder.Fifo, Cancel);
        await store.SetRouteAsync(type, JobRoute.Queue, Cancel);
        var ticket = (await store.SubmitAsync([new Job { SchemaName = type, Payload = JobsJson.EmptyObject }], Lease, Cancel))[0].Ticket!;
        await queue.PublishAsync(type, [ticket.Message], Cancel);
        await store.ConfirmAsync([ticket], Cancel);
        using var finder = new LostHintFinder(
            store, store, queue, fixture.Manager.Services.GetRequiredService<JobTypeCatalog>(), Options.Create(new RecoveryOptions()), _clock, NullLogger<LostHintFinder>.Instance);
        Assert.Equal(0, await finder.LookAsync(Cancel));
        Assert.Equal(0, await finder.LookAsync(Cancel));
        Assert.Empty(await store.TakeDueAsync(10, Lease, Cancel));
    }

    [Fact]
    public async Task Reaper_LeaseLapsedAndNobodyConfirms_QueuesTheJobAgain()
    {
        var store = new InMemoryJobStore(_clock);
        var attempt = await ClaimAsync(store, WorkerId.New(), JobId.New());
        using var reaper = Reaper(store, contactTime: TimeSpan.Zero);
        Assert.Equal(0, await reaper.LookAsync(Cancel));

        _clock.Advance(Lease + TimeSpan.FromTicks(1));

        Assert.Equal(1, await reaper.LookAsync(Cancel));
        var record = (await store.FindAsync(attempt.JobId, Cancel))!;
        Assert.Equal((JobState.Queued, 1, 0, _clock.GetUtcNow()), (record.State, record.Deaths, record.Failures, record.DispatchAt));
        Assert.Equal(0, await reaper.LookAsync(Cancel));
    }

    [Fact]
    public async Task Reaper_JobCostsMoreWorkersThanItMay_IsAnErrorAndADeadLetter()
    {
        var store = new InMemoryJobStore(_clock);
        var id = JobId.New();
        using var reaper = Reaper(store, contactTime: TimeSpan.Zero);
        for (var death = 0; death <= new RecoveryOptions().MaxDeaths; death++)
        {
            await ClaimAsync(store, WorkerId.New(), id);
            _clock.Advance(Lease + TimeSpan.FromTicks(1));
            Assert.Equal(1, await reaper.LookAsync(Cancel));
        }

        var record = (await store.FindAsync(id, Cancel))!;
        Assert.Equal((JobState.Error, true, 4), (record.State, record.IsDeadLetter, record.Deaths));
    }

    [Fact]
    public async Task Reaper_NotInTouchWithTheStoreForLongEnough_GivesTheBenefitOfTheDoubt()
    {
        var store = new InMemoryJobStore(_clock);
        var faulty = new FaultyAttemptStore(store);
        await ClaimAsync(store, WorkerId.New(), JobId.New());
        using var reaper = Reaper(faulty, contactTime: TimeSpan.FromSeconds(30));
        _clock.Advance(Lease + TimeSpan.FromTicks(1));
        Assert.Equal(0, await reaper.LookAsync(Cancel));

        _clock.Advance(TimeSpan.FromSeconds(29));
        faulty.FaultsLeft = 1;
        await Assert.ThrowsAsync<JobBackendUnavailableException>(() => reaper.LookAsync(Cancel));
        Assert.Equal(0, await reaper.LookAsync(Cancel));
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(0, await reaper.LookAsync(Cancel));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await reaper.LookAsync(Cancel));
    }

    [Fact]
    public async Task Reaper_WorkerConfirmsTheAttempt_LeavesItAlone()
    {
        var type = ClusterFixture.NewType("silent");
        var code = new GatedWorker();
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        var job = await fixture.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "long" }), Cancel);
        var run = await code.NextRunAsync();
        var store = new InMemoryJobStore(_clock);
        await ClaimAsync(store, WorkerId.Parse(worker.Id), job.JobId);
        await ClaimAsync(store, WorkerId.Parse(worker.Id), JobId.New());
        using var reaper = Reaper(store, contactTime: TimeSpan.Zero);
        _clock.Advance(Lease + TimeSpan.FromTicks(1));

        Assert.Equal(1, await reaper.LookAsync(Cancel));

        Assert.Equal(JobState.Running, (await store.FindAsync(job.JobId, Cancel))!.State);
        run.Complete();
        await fixture.Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();
    }

    private static async Task<AttemptKey> ClaimAsync(InMemoryJobStore store, WorkerId worker, JobId id)
    {
        var type = JobType.Parse("lost");
        var job = new Job { Id = id, SchemaName = type, Payload = JobsJson.EmptyObject };
        await store.SetRouteAsync(type, JobRoute.Queue, Cancel);
        await store.SubmitAsync([job], TimeSpan.FromSeconds(10), Cancel);
        var attempt = new AttemptKey(id, type, AttemptToken.New());
        Assert.Equal(ClaimAnswer.Claimed, (await store.ClaimAsync(attempt, worker, Lease, Cancel)).Answer);
        return attempt;
    }

    private LeaseReaper Reaper(IAttemptStore store, TimeSpan contactTime) => new(
        store, fixture.Manager.Services.GetRequiredService<AttemptProbe>(), Options.Create(new RecoveryOptions { ContactTime = contactTime }),
        _clock, NullLogger<LeaseReaper>.Instance);
}
