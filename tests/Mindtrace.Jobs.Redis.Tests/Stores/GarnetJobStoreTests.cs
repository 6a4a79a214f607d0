using Mindtrace.TestServers;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis.Tests;

public sealed class GarnetJobStoreTests(GarnetServer server) : RedisStoreContract(server), IClassFixture<GarnetServer>
{
    [Fact]
    public async Task MemoryPolicy_ServerThatDoesNotTell_IsNone()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        Assert.Null(await RedisMemoryPolicy.FindAsync(redis, new RedisKeySpace(), Cancel));
    }
}
