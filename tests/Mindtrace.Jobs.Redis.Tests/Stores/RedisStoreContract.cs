using Microsoft.Extensions.Time.Testing;
using Mindtrace.Jobs.Contracts;
using Mindtrace.TestServers;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis.Tests;

/// <summary>The store contract on a server, and what only a store on a server can do wrong.</summary>
public abstract class RedisStoreContract(TestServer server) : JobStoreContract, IAsyncLifetime
{
    private ConnectionMultiplexer? _redis;

    protected override int Histories => 100;

    public async ValueTask InitializeAsync() => _redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Times_WithoutAClockOfTheTests_AreTheServers()
    {
        var store = new RedisJobStore(_redis!, NewSpace());
        await store.SetRouteAsync(JobModel.Routed, JobRoute.Queue, Cancel);
        var before = await ServerTimeAsync();
        var accepted = (await store.SubmitAsync([JobModel.Job(0, JobModel.Routed, 1, null)], JobModel.Hold, Cancel))[0].Record.AcceptedAt;
        Assert.InRange(accepted, before, await ServerTimeAsync());
    }

    [Fact]
    public async Task Keys_OfForgottenJobs_AreGone()
    {
        var space = NewSpace();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var store = new RedisJobStore(_redis!, space, clock);
        await store.SetRouteAsync(JobModel.Routed, JobRoute.Queue, Cancel);
        var before = await KeysAsync(space);

        // Each in another state when its time comes: queued too long, running too long, cancelled, failed, done, queued for later.
        Job[] jobs =
        [
            .. Enumerable.Range(0, 6).Select(job => JobModel.Limited(
                JobModel.Job(job, JobModel.Routed, maxAttempts: 2, job == 5 ? clock.GetUtcNow().AddDays(1) : null), limits: 31)),
            JobModel.Job(6, JobModel.Unrouted, 1, null),
            JobModel.Unique(7, 0),
        ];
        await store.SubmitAsync(jobs, JobModel.Hold, Cancel);
        clock.Advance(TimeSpan.FromSeconds(1));
        for (var job = 1; job < 5; job++)
        {
            await store.ClaimAsync(JobModel.Key(job, job), JobModel.Worker, JobModel.Lease, Cancel);
        }

        await store.CancelAsync(JobModel.Id(2), Cancel);
        await store.FinishAsync(JobModel.Key(3, 3), JobModel.Outcome(OutcomeKind.Rejected, default), Cancel);
        await store.FinishAsync(JobModel.Key(4, 4), JobModel.Outcome(OutcomeKind.Completed, default), Cancel);
        await store.CancelAsync(JobModel.Id(5), Cancel);
        await store.CancelAsync(JobModel.Id(7), Cancel);
        for (var look = 0; look < 4; look++)
        {
            clock.Advance(TimeSpan.FromSeconds(30));
            foreach (var seen in await store.ListLimitedAsync(100, Cancel))
            {
                await store.EndOverrunAsync(seen, JobModel.Grace, TimeSpan.Zero, Cancel);
            }
        }

        foreach (var letter in (await store.ListDeadLettersAsync(new DeadLetterFilter(), Cancel)).Records)
        {
            await store.DiscardAsync(letter.Job.Id, Cancel);
        }

        Assert.Equal(8, await store.ExpireAsync(TimeSpan.Zero, Cancel));
        Assert.Equal(before.Append(space.Prefix + "cleared").Order(), await KeysAsync(space));
    }

    [Fact]
    public async Task UniqueKey_LeftBehindByAKilledServer_IsTakenFromTheJobThatIsGone()
    {
        var space = NewSpace();
        var store = new RedisJobStore(_redis!, space);
        await store.SetRouteAsync(JobModel.Routed, JobRoute.Queue, Cancel);
        await store.SubmitAsync([JobModel.Unique(0, 0)], JobModel.Hold, Cancel);
        await _redis!.GetDatabase().KeyDeleteAsync(space.Prefix + "job:job-0");

        var result = (await store.SubmitAsync([JobModel.Unique(1, 0)], JobModel.Hold, Cancel))[0];

        Assert.Equal((true, JobModel.Id(1)), (result.IsNew, result.Record.Job.Id));
        Assert.Equal(JobModel.Id(1), (await store.SubmitAsync([JobModel.Unique(2, 0)], JobModel.Hold, Cancel))[0].Record.Job.Id);
    }

    [Fact]
    public async Task Workers_AreKeptByTheirBeats()
    {
        var directory = new RedisWorkerDirectory(_redis!, NewSpace());
        var url = new Uri("http://localhost:8004/");
        await directory.BeatAsync(JobModel.Worker, url, [JobModel.Routed], TimeSpan.FromSeconds(5), node: null, Cancel);
        var found = await directory.FindByUrlAsync("http://localhost:8004", Cancel);
        Assert.Equal((JobModel.Worker, url, "routed"), (found!.Id, found.Url, string.Join(',', found.Types)));
        Assert.Equal(JobModel.Worker, Assert.Single(await directory.ListAsync(Cancel)).Id);
        Assert.False(found.IsSilent);

        // One that has ended can still be looked up, as gone.
        await directory.RemoveAsync(JobModel.Worker, Cancel);
        Assert.Empty(await directory.ListAsync(Cancel));
        Assert.True((await directory.FindByUrlAsync(url.AbsoluteUri, Cancel))!.IsSilent);
        await directory.BeatAsync(JobModel.Worker, url, [JobModel.Routed], TimeSpan.FromSeconds(5), node: null, Cancel);
        Assert.False((await directory.FindAsync(JobModel.Worker, Cancel))!.IsSilent);
        await directory.ClearAsync(Cancel);
        Assert.Null(await directory.FindAsync(JobModel.Worker, Cancel));
    }

    [Fact]
    public async Task Workers_ThatGiveNoSignsOfLife_AreNeverSilent()
    {
        var directory = new RedisWorkerDirectory(_redis!, NewSpace());
        await directory.TouchAsync(JobModel.Worker, Cancel);
        Assert.Null(await directory.FindAsync(JobModel.Worker, Cancel));
        await directory.BeatAsync(JobModel.Worker, new Uri("http://localhost:8004/"), [], TimeSpan.Zero, node: null, Cancel);
        await directory.TouchAsync(JobModel.Worker, Cancel);
        var known = (await directory.FindAsync(JobModel.Worker, Cancel))!;
        Assert.Equal((false, false), (known.BeatsByItself, known.IsSilent));
    }

    [Fact]
    public async Task JobTypes_AreReadAnew_AndTheSameObjectWhileUnchanged()
    {
        var types = new RedisJobTypes(_redis!, NewSpace());
        Assert.Null(await types.FindAsync(JobModel.Routed, Cancel));
        await types.SaveAsync(new JobTypeDefinition(JobModel.Routed) { MaxAttempts = 3, Queue = QueueOrder.Priority }, Cancel);
        var first = await types.FindAsync(JobModel.Routed, Cancel);
        Assert.Equal((3, QueueOrder.Priority), (first!.MaxAttempts, first.Queue));
        Assert.Same(first, await types.FindAsync(JobModel.Routed, Cancel));

        await types.SaveAsync(new JobTypeDefinition(JobModel.Routed) { MaxAttempts = 4 }, Cancel);
        Assert.Equal(4, (await types.FindAsync(JobModel.Routed, Cancel))!.MaxAttempts);
        Assert.Equal(JobModel.Routed, Assert.Single(await types.ListAsync(Cancel)).JobType);
        await types.ClearAsync(Cancel);
        Assert.Empty(await types.ListAsync(Cancel));
    }

    protected override Task<IStores> CreateAsync(TimeProvider clock) =>
        Task.FromResult<IStores>(new Stores<RedisJobStore>(new RedisJobStore(_redis!, NewSpace(), clock)));

    private static RedisKeySpace NewSpace() => new($"test-{Guid.NewGuid():N}");

    private async Task<IEnumerable<string>> KeysAsync(RedisKeySpace space)
    {
        var keys = new List<string>();
        await foreach (var key in _redis!.GetServers()[0].KeysAsync(pattern: space.Prefix + "*"))
        {
            keys.Add(key!);
        }

        return keys.Order();
    }

    private async Task<DateTimeOffset> ServerTimeAsync()
    {
        var time = (string[])(await _redis!.GetDatabase().ExecuteAsync("TIME"))!;
        return DateTimeOffset.UnixEpoch.AddSeconds(long.Parse(time[0])).AddMicroseconds(long.Parse(time[1]));
    }
}
