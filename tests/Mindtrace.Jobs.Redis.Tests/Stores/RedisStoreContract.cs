using Microsoft.Extensions.Time.Testing;
using Mindtrace.Jobs.Contracts;
using Mindtrace.TestServers;
using StackExchange.Redis;
using StackExchange.Redis.Profiling;

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
    public async Task Expire_MoreJobsThatAreTooYoung_LooksAtNoneOfThem()
    {
        var calls = new ProfilingSession();
        _redis!.RegisterProfiler(() => calls);
        var store = new RedisJobStore(_redis, NewSpace());
        await store.SubmitAsync([JobModel.Job(0, JobModel.Unrouted, 1, null)], JobModel.Hold, Cancel);

        // The first look may have to load its script.
        await CallsOfALookAsync();
        var few = await CallsOfALookAsync();
        await store.SubmitAsync([.. Enumerable.Range(1, 50).Select(job => JobModel.Job(job, JobModel.Unrouted, 1, null))], JobModel.Hold, Cancel);

        Assert.Equal(few, await CallsOfALookAsync());

        async Task<int> CallsOfALookAsync()
        {
            calls.FinishProfiling();
            Assert.Equal(0, await store.ExpireAsync(TimeSpan.FromDays(1), Cancel));
            return calls.FinishProfiling().Count();
        }
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
    public async Task Record_ThatIsNone_IsAFaultOfItsOwnClaimAlone()
    {
        var space = NewSpace();
        var store = new RedisJobStore(_redis!, space);
        await store.SetRouteAsync(JobModel.Routed, JobRoute.Queue, Cancel);
        await store.SubmitAsync([.. Enumerable.Range(0, 20).Select(job => JobModel.Job(job, JobModel.Routed, 1, null))], JobModel.Hold, Cancel);
        await _redis!.GetDatabase().StringSetAsync(space.Prefix + "job:job-7", "no record");

        var claims = Enumerable.Range(0, 20).Select(job => store.ClaimAsync(JobModel.Key(job, job), JobModel.Worker, JobModel.Lease, Cancel)).ToList();

        await Assert.ThrowsAnyAsync<RedisException>(() => claims[7]);
        Assert.All(await Task.WhenAll(claims.Where((_, job) => job != 7)), claim => Assert.Equal(ClaimAnswer.Claimed, claim.Answer));
    }

    [Fact]
    public async Task Workers_AreKeptByTheirBeats()
    {
        var directory = new RedisWorkerDirectory(_redis!, NewSpace());
        var url = new Uri("http://localhost:8004/");
        await directory.BeatAsync(JobModel.Worker, url, [JobModel.Routed], TimeSpan.FromSeconds(5), origin: null, Cancel);
        var found = await directory.FindByUrlAsync("http://localhost:8004", Cancel);
        Assert.Equal((JobModel.Worker, url, "routed"), (found!.Id, found.Url, string.Join(',', found.Types)));
        Assert.Equal(JobModel.Worker, Assert.Single(await directory.ListAsync(Cancel)).Id);
        Assert.False(found.IsSilent);

        // One that has ended can still be looked up, as gone.
        await directory.RemoveAsync(JobModel.Worker, Cancel);
        Assert.Empty(await directory.ListAsync(Cancel));
        Assert.True((await directory.FindByUrlAsync(url.AbsoluteUri, Cancel))!.IsSilent);
        await directory.BeatAsync(JobModel.Worker, url, [JobModel.Routed], TimeSpan.FromSeconds(5), origin: null, Cancel);
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
        await directory.BeatAsync(JobModel.Worker, new Uri("http://localhost:8004/"), [], TimeSpan.Zero, origin: null, Cancel);
        await directory.TouchAsync(JobModel.Worker, Cancel);
        var known = (await directory.FindAsync(JobModel.Worker, Cancel))!;
        Assert.Equal((false, false), (known.BeatsByItself, known.IsSilent));
    }

    [Fact]
    public async Task Drain_IsHeardWithTheNextBeat_AndStandsUntilItIsTakenBack()
    {
        var directory = new RedisWorkerDirectory(_redis!, NewSpace());
        Assert.False(await directory.DrainAsync(JobModel.Worker, timeout: null, Cancel));
        Assert.Equal((false, 0), await BeatAsync());

        Assert.True(await directory.DrainAsync(JobModel.Worker, timeout: null, Cancel));
        Assert.Equal((true, 0), await BeatAsync());
        Assert.Null((await directory.FindAsync(JobModel.Worker, Cancel))!.Drain!.Deadline);
        Assert.True(await directory.DrainAsync(JobModel.Worker, TimeSpan.FromHours(1), Cancel));
        Assert.Equal((true, 1), await BeatAsync());
        Assert.NotNull((await directory.FindAsync(JobModel.Worker, Cancel))!.Drain!.Deadline);

        Assert.True(await directory.ResumeAsync(JobModel.Worker, Cancel));
        Assert.Equal((false, 0), await BeatAsync());
        Assert.False(await directory.LetGoAsync(JobModel.Worker, Cancel));
        Assert.Null((await directory.FindAsync(JobModel.Worker, Cancel))!.Drain);

        async Task<(bool, double)> BeatAsync()
        {
            var orders = await directory.BeatAsync(JobModel.Worker, new Uri("http://localhost:8004/"), [], TimeSpan.FromSeconds(5), origin: null, Cancel);
            return (orders.IsDrained, Math.Ceiling(orders.DrainLeft?.TotalHours ?? 0));
        }
    }

    [Fact]
    public async Task Drain_OfTheNode_IsThatOfItsWorkers_AndTheEarlierDeadlineCounts()
    {
        var space = NewSpace();
        var (workers, nodes, node) = (new RedisWorkerDirectory(_redis!, space), new RedisNodeDirectory(_redis!, space), new Uri("http://localhost:8003/"));
        Assert.False(await nodes.DrainAsync(node, timeout: null, Cancel));
        await nodes.RegisterAsync(node, Cancel);
        Assert.True(await nodes.DrainAsync(node, TimeSpan.FromHours(2), Cancel));
        Assert.Equal(2, await HoursLeftAsync());
        await workers.DrainAsync(JobModel.Worker, timeout: null, Cancel);
        Assert.Equal(2, await HoursLeftAsync());
        await workers.DrainAsync(JobModel.Worker, TimeSpan.FromHours(1), Cancel);
        Assert.Equal(1, await HoursLeftAsync());
        await workers.DrainAsync(JobModel.Worker, TimeSpan.FromHours(3), Cancel);
        Assert.Equal(2, await HoursLeftAsync());

        Assert.NotNull(Assert.Single(await nodes.ListAsync(TimeSpan.FromMinutes(1), Cancel)).Drain);
        Assert.True(await nodes.ResumeAsync(node, Cancel));
        Assert.Equal(3, await HoursLeftAsync());
        await workers.ResumeAsync(JobModel.Worker, Cancel);
        Assert.Null(await HoursLeftAsync());

        async Task<double?> HoursLeftAsync()
        {
            var orders = await workers.BeatAsync(JobModel.Worker, new Uri("http://localhost:8004/"), [], TimeSpan.FromSeconds(5), new WorkerOrigin(node, "echo"), Cancel);
            return orders.DrainLeft is { } left ? Math.Ceiling(left.TotalHours) : null;
        }
    }

    [Fact]
    public async Task LetGo_AgainstAResume_OneOfThemIsFirst()
    {
        var directory = new RedisWorkerDirectory(_redis!, NewSpace());
        for (var turn = 0; turn < 50; turn++)
        {
            var worker = WorkerId.New();
            await BeatAsync(worker);
            await directory.DrainAsync(worker, timeout: null, Cancel);

            var (letGo, resumed) = (directory.LetGoAsync(worker, Cancel), directory.ResumeAsync(worker, Cancel));
            Assert.NotEqual(await letGo, await resumed);

            // A beat that was under way does not bring back one that was let go.
            var orders = await BeatAsync(worker);
            Assert.Equal((await letGo, await letGo), (orders.IsDrained, (await directory.FindAsync(worker, Cancel))!.IsSilent));
        }

        Task<WorkerOrders> BeatAsync(WorkerId worker) =>
            directory.BeatAsync(worker, new Uri($"http://localhost/{worker}"), [], TimeSpan.FromSeconds(5), origin: null, Cancel);
    }

    [Fact]
    public async Task Orders_AreToldToThoseWhomTheyConcern()
    {
        var space = NewSpace();
        var (workers, nodes, types, node) = (
            new RedisWorkerDirectory(_redis!, space), new RedisNodeDirectory(_redis!, space), new RedisJobTypes(_redis!, space), new Uri("http://localhost:8003/"));
        var other = WorkerId.New();
        foreach (var worker in new[] { JobModel.Worker, other })
        {
            await workers.BeatAsync(worker, new Uri($"http://localhost/{worker}"), [], TimeSpan.FromSeconds(5), origin: null, Cancel);
        }

        await nodes.RegisterAsync(node, Cancel);
        using var heard = new SemaphoreSlim(0);
        await using var listening = await workers.ListenForOrdersAsync(JobModel.Worker, node, () => heard.Release(), Cancel);
        var orders = new Func<Task>[]
        {
            () => workers.DrainAsync(JobModel.Worker, timeout: null, Cancel), () => workers.ResumeAsync(JobModel.Worker, Cancel),
            () => nodes.DrainAsync(node, timeout: null, Cancel), () => nodes.ResumeAsync(node, Cancel),
            () => types.PauseAsync(JobModel.Routed, Cancel), () => types.ResumeAsync(JobModel.Routed, Cancel),
        };
        foreach (var order in orders)
        {
            await workers.DrainAsync(other, timeout: null, Cancel);
            await order();
            Assert.True(await heard.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        }

        Assert.Equal(0, heard.CurrentCount);
    }

    [Fact]
    public async Task PausedTypes_AreHeardWithEachBeat()
    {
        var space = NewSpace();
        var (workers, types) = (new RedisWorkerDirectory(_redis!, space), new RedisJobTypes(_redis!, space));
        await types.PauseAsync(JobModel.Routed, Cancel);
        Assert.True(await types.IsPausedAsync(JobModel.Routed, Cancel));
        Assert.Equal([JobModel.Routed], await types.ListPausedAsync(Cancel));
        Assert.Equal([JobModel.Routed], await PausedAsync());

        await types.ResumeAsync(JobModel.Routed, Cancel);
        Assert.Empty(await PausedAsync());
        await types.PauseAsync(JobModel.Routed, Cancel);
        await types.ClearAsync(Cancel);
        Assert.False(await types.IsPausedAsync(JobModel.Routed, Cancel));

        async Task<IReadOnlyCollection<JobType>> PausedAsync() =>
            (await workers.BeatAsync(JobModel.Worker, new Uri("http://localhost:8004/"), [], TimeSpan.FromSeconds(5), origin: null, Cancel)).PausedTypes;
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
