using Mindtrace.TestServers;

namespace Mindtrace.Reliability.Tests;

/// <summary>On RabbitMQ and Redis.</summary>
public sealed class ServerReliabilityTests(ServerReliabilityTests.Cluster cluster)
    : ReliabilitySuite(cluster), IClassFixture<ServerReliabilityTests.Cluster>
{
    [Theory]
    [InlineData(Victim.Broker)]
    [InlineData(Victim.BrokersData)]
    public Task Broker_KilledAmongManyJobs_EachIsBroughtToItsEnd(Victim victim) => Process_KilledAmongManyJobs_EachIsBroughtToItsEnd(victim);

    public sealed class Cluster() : ClusterUnderDamage(new RedisServer(), new RabbitMqServer());
}
