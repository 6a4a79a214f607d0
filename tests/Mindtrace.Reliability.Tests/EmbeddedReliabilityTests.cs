using Mindtrace.TestServers;

namespace Mindtrace.Reliability.Tests;

/// <summary>On the servers of embedded mode: one process, which keeps the jobs and carries them.</summary>
public sealed class EmbeddedReliabilityTests(EmbeddedReliabilityTests.Cluster cluster)
    : ReliabilitySuite(cluster), IClassFixture<EmbeddedReliabilityTests.Cluster>
{
    public sealed class Cluster() : ClusterUnderDamage(new GarnetServer(), broker: null);
}
