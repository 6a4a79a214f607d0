using Mindtrace.TestServers;

namespace Mindtrace.Jobs.Redis.Tests;

public sealed class RedisJobQueueTests(RedisServer server) : RedisQueueContract(server), IClassFixture<RedisServer>
{
    protected override TestServer NewServer() => new RedisServer();
}
