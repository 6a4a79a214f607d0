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
    public async Task Workers_AreKeptByTheirBeats()
    {
        var directory = new RedisWorkerDirectory(_redis!, NewSpace());
        var url = new Uri("http://localhost:8004/");
        await directory.BeatAsync(JobModel.Worker, url, [JobModel.Routed], TimeSpan.FromSeconds(5), Cancel);
        var found = await directory.FindByUrlAsync("http://localhost:8004", Cancel);
        Assert.Equal((JobModel.Worker, url, "routed"), (found!.Id, found.Url, string.Join(',', found.Types)));
        Assert.Equal(JobModel.Worker, Assert.Single(await directory.ListAsync(Cancel)).Id);
        Assert.False(found.IsSilent);

        // One that has ended can still be looked up, as gone.
        await directory.RemoveAsync(JobModel.Worker, Cancel);
        Assert.Empty(await directory.ListAsync(Cancel));
        Assert.True((await directory.FindByUrlAsync(url.AbsoluteUri, Cancel))!.IsSilent);
        await directory.BeatAsync(JobModel.Worker, url, [JobModel.Routed], TimeSpan.FromSeconds(5), Cancel);
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
        await directory.BeatAsync(JobModel.Worker, new Uri("http://localhost:8004/"), [], TimeSpan.Zero, Cancel);
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

    private async Task<DateTimeOffset> ServerTimeAsync()
    {
        var time = (string[])(await _redis!.GetDatabase().ExecuteAsync("TIME"))!;
        return DateTimeOffset.UnixEpoch.AddSeconds(long.Parse(time[0])).AddMicroseconds(long.Parse(time[1]));
    }
}
