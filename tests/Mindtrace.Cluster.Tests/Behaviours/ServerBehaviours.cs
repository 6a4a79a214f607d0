using Mindtrace.Registry;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>The behaviours on the servers of a cluster in production.</summary>
public sealed class ServerBehaviours(ServerCluster cluster) : ClusterBehaviours(cluster), IClassFixture<ServerCluster>;

/// <summary>A cluster on RabbitMQ, Redis and an S3 server.</summary>
public sealed class ServerCluster : ClusterUnderTest
{
    private readonly RabbitMqServer _broker;
    private readonly S3Server _storage;
    private readonly string _bucket = $"behaviours-{Guid.NewGuid():N}";

    public ServerCluster()
        : this(new RabbitMqServer(), new S3Server())
    {
    }

    private ServerCluster(RabbitMqServer broker, S3Server storage)
        : base(new RedisServer(), [broker, storage], firstPort: 19610) => (_broker, _storage) = (broker, storage);

    private protected override (string Key, string Value)[] Settings =>
    [
        ("Queue:Backend", nameof(QueueBackend.RabbitMq)),
        ("ConnectionStrings:rabbitmq", _broker.ConnectionString),
        ("Registry:Backend", nameof(RegistryBackend.Minio)),
        ("ConnectionStrings:minio", $"{_storage.ConnectionString};Bucket={_bucket}"),
    ];
}
