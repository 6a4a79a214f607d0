using Mindtrace.TestServers;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis.Tests;

public sealed class RedisJobStoreTests(RedisServer server) : RedisStoreContract(server), IClassFixture<RedisServer>
{
    [Fact]
    public async Task MemoryPolicy_IsTheServers()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString + ",allowAdmin=true");
        Assert.Equal(RedisMemoryPolicy.Safe, await RedisMemoryPolicy.FindAsync(redis, new RedisKeySpace(), Cancel));
        await redis.GetServers()[0].ConfigSetAsync("maxmemory-policy", "allkeys-lru");
        try
        {
            Assert.Equal("allkeys-lru", await RedisMemoryPolicy.FindAsync(redis, new RedisKeySpace(), Cancel));
        }
        finally
        {
            await redis.GetServers()[0].ConfigSetAsync("maxmemory-policy", RedisMemoryPolicy.Safe);
        }
    }
}
