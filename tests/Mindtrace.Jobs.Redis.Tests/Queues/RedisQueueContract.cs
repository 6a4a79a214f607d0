using Microsoft.Extensions.Logging.Abstractions;
using Mindtrace.Jobs.Contracts;
using Mindtrace.TestServers;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis.Tests;

/// <summary>What <see cref="RedisJobQueue"/> promises beyond its contract, on each server that it is meant for.</summary>
public abstract partial class RedisQueueContract(TestServer server) : JobQueueContract
{
    private readonly RedisKeySpace _keySpace = new($"test-{Guid.NewGuid():N}");
    private ConnectionMultiplexer? _redis;

    protected IDatabase Database => _redis!.GetDatabase();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>A server of the test's own, which it may kill.</summary>
    protected abstract TestServer NewServer();

    protected override async Task<IJobQueue> CreateQueueAsync()
    {
        _redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        return NewQueue();
    }

    private RedisJobQueue NewQueue(TimeProvider? time = null, TimeProvider? storeClock = null) =>
        new(_redis!, _keySpace, new RedisQueueOptions(), time ?? TimeProvider.System, NullLogger<RedisJobQueue>.Instance)
        {
            StoreClock = storeClock,
        };

    private RedisKey Key(JobType queue) => _keySpace.Key($"queue:{queue}");

    private RedisKey Key(JobType queue, string index) => _keySpace.Key($"queue:{queue}:{index}");
}
