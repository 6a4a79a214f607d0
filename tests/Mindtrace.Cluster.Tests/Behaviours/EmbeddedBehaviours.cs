using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>The behaviours in embedded mode.</summary>
public sealed class EmbeddedBehaviours(EmbeddedCluster cluster) : ClusterBehaviours(cluster), IClassFixture<EmbeddedCluster>;

/// <summary>A cluster that needs nothing installed: Garnet for jobs and queues, a folder for the registry.</summary>
public sealed class EmbeddedCluster() : ClusterUnderTest(new GarnetServer(), [], firstPort: 19600)
{
    private readonly DirectoryInfo _registry = Directory.CreateTempSubdirectory("mindtrace-test-registry-");

    private protected override (string Key, string Value)[] Settings => [("Registry:Path", _registry.FullName)];

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _registry.Delete(recursive: true);
    }
}
