using Mindtrace.TestServers;

namespace Mindtrace.Jobs.Redis.Tests;

public sealed class GarnetJobQueueTests(GarnetServer server) : RedisQueueContract(server), IClassFixture<GarnetServer>
{
    protected override TestServer NewServer() => new GarnetServer();
}
