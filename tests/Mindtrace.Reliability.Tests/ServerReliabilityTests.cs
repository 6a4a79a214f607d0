using Mindtrace.TestServers;

namespace Mindtrace.Reliability.Tests;

/// <summary>On RabbitMQ and Redis.</summary>
public sealed class ServerReliabilityTests(ServerReliabilityTests.Cluster cluster)
    : ReliabilitySuite(cluster), IClassFixture<ServerReliabilityTests.Cluster>
{
    [Fact]
    public Task Broker_KilledAmongManyJobs_EachIsBroughtToItsEnd() => Process_KilledAmongManyJobs_EachIsBroughtToItsEnd(Victim.Broker);

    public sealed class Cluster() : ClusterUnderDamage(new RedisServer(), new RabbitMqServer());
}
