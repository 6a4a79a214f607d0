using Mindtrace.TestServers;

namespace Mindtrace.Reliability.Tests;

/// <summary>On RabbitMQ and Redis.</summary>
public sealed class ServerReliabilityTests(ServerReliabilityTests.Cluster cluster)
    : ReliabilitySuite(cluster), IClassFixture<ServerReliabilityTests.Cluster>
{
    [Theory]
    [InlineData(Victim.Broker)]
    [InlineData(Victim.BrokersData)]
    [InlineData(Victim.BrokersConnections)]
    public Task Broker_DamagedAmongManyJobs_EachIsBroughtToItsEnd(Victim victim) => Victim_DamagedAmongManyJobs_EachIsBroughtToItsEnd(victim);

    public sealed class Cluster() : ClusterUnderDamage(new RedisServer(), new RabbitMqServer());
}
