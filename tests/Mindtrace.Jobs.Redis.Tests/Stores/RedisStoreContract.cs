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
        await directory.RemoveAsync(JobModel.Worker, Cancel);
        Assert.Null(await directory.FindAsync(JobModel.Worker, Cancel));
        Assert.Empty(await directory.ListAsync(Cancel));
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
