using System.Text.Json;
using Mindtrace.Jobs;
using Mindtrace.Registry;
using Mindtrace.TestServers;
using RabbitMQ.Client;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>The behaviours on the servers of a cluster in production.</summary>
public sealed partial class ServerBehaviours(ServerCluster cluster) : ClusterBehaviours(cluster), IClassFixture<ServerCluster>
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>A worker in Python knows the broker from what it is sent to connect by, and the job from the body of its message.</summary>
    [Fact]
    public async Task ForeignWorker_ConnectedByBackendArgs_TakesItsJobAndReports()
    {
        var type = ClusterFixture.NewType("foreign");
        await using var worker = await ForeignWorker.StartAsync();
        await cluster.Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);
        var connect = Assert.NotNull(worker.Connected);
        var backend = connect.GetProperty("backend_args");
        Assert.Equal("mindtrace.jobs.rabbitmq.consumer_backend.RabbitMQConsumerBackend", backend.GetProperty("cls").GetString());
        var submitted = await cluster.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }), Cancel);

        var job = await FetchAsync(backend.GetProperty("kwargs"), connect.GetProperty("queue_name").GetString()!).InTime();
        var id = JobId.Parse(job.GetProperty("id").GetString()!);
        Assert.Equal((submitted.JobId, "hello"), (id, job.GetProperty("payload").GetProperty("message").GetString()));
        var manager = cluster.Manager.Service;
        await manager.CallAsync(WorkerDirectoryOperations.WorkerAlertStartedJob, new WorkerStartedJobRequest(id, worker.WorkerId), Cancel);
        Assert.Equal(JobState.Running, (await cluster.Cluster.GetJobStatusAsync(id, Cancel)).Status);
        var end = new WorkerCompletedJobRequest(id, worker.WorkerId, JobState.Completed) { Output = JsonElement.Parse("""{"echoed":"hello"}""") };
        await manager.CallAsync(WorkerDirectoryOperations.WorkerAlertCompletedJob, end, Cancel);

        var completed = await cluster.Cluster.GetJobStatusAsync(id, Cancel);
        Assert.Equal((JobState.Completed, worker.WorkerId.Value, "hello"), (completed.Status, completed.WorkerId, type.ReadOutput(completed.Output)!.Echoed));
    }

    /// <summary>Fetches the next message of a queue as the original's workers do: acknowledged as it is fetched.</summary>
    private static async Task<JsonElement> FetchAsync(JsonElement broker, string queue)
    {
        var factory = new ConnectionFactory
        {
            HostName = broker.GetProperty("host").GetString()!,
            Port = broker.GetProperty("port").GetInt32(),
            UserName = broker.GetProperty("username").GetString()!,
            Password = broker.GetProperty("password").GetString()!,
        };
        await using var connection = await factory.CreateConnectionAsync(Cancel);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancel);
        using var look = new PeriodicTimer(LookInterval);
        while (true)
        {
            if (await channel.BasicGetAsync(queue, autoAck: true, Cancel) is { } message)
            {
                return JsonElement.Parse(message.Body.Span);
            }

            await look.WaitForNextTickAsync(Cancel);
        }
    }
}

/// <summary>A cluster on RabbitMQ, Redis and an S3 server.</summary>
public sealed class ServerCluster : ClusterUnderTest
{
    private readonly RedisServer _redis;
    private readonly RabbitMqServer _broker;
    private readonly S3Server _storage;
    private readonly string _bucket = $"behaviours-{Guid.NewGuid():N}";

    public ServerCluster()
        : this(new RedisServer(), new RabbitMqServer(), new S3Server())
    {
    }

    private ServerCluster(RedisServer redis, RabbitMqServer broker, S3Server storage)
        : base(redis, [broker, storage], firstPort: 19610) => (_redis, _broker, _storage) = (redis, broker, storage);

    internal string Redis => _redis.ConnectionString;

    internal string Broker => _broker.ConnectionString;

    internal string Storage => $"{_storage.ConnectionString};Bucket={_bucket}";

    private protected override (string Key, string Value)[] Settings =>
    [
        ("Queue:Backend", nameof(QueueBackend.RabbitMq)),
        ("ConnectionStrings:rabbitmq", _broker.ConnectionString),
        ("RabbitMq:ManagementUrl", _broker.ManagementUri.AbsoluteUri),
        ("Registry:Backend", nameof(RegistryBackend.Minio)),
        ("ConnectionStrings:minio", Storage),
    ];
}
