using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Registry.Minio;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>The servers behind TLS.</summary>
public sealed partial class ServerBehaviours
{
    [Fact]
    public async Task Tls_ToRedisBrokerAndRegistry_JobCompletes()
    {
        using var authority = new TestAuthority();
        var broker = new Uri(cluster.Broker);
        var storage = MinioConnection.Parse(cluster.Storage);
        await using var redisRelay = new TlsRelay(int.Parse(cluster.Redis.Split(',')[0].Split(':')[1], null), authority.Issue());
        await using var brokerRelay = new TlsRelay(broker.Port, authority.Issue());
        await using var storageRelay = new TlsRelay(storage.Endpoint.Port, authority.Issue());
        var redis = $"localhost:{redisRelay.Port},ssl=true";
        (string, string)[] settings =
        [
            ("Queue:Backend", nameof(QueueBackend.RabbitMq)),
            ("ConnectionStrings:rabbitmq", $"amqps://{broker.UserInfo}@localhost:{brokerRelay.Port}/"),
            ("Registry:Backend", "Minio"),
            ("ConnectionStrings:minio", $"Endpoint=https://localhost:{storageRelay.Port};AccessKey={storage.AccessKey};SecretKey={storage.SecretKey};Bucket={storage.Bucket}"),
            ("Tls:Authorities:0", authority.File),
        ];
        var space = new RedisKeySpace($"tls-{Guid.NewGuid():N}");
        await using var manager = ManagerProgram.Start(redis, space, settings);
        await using var worker = await WorkerProgram.StartAsync(redis, new EchoWorker(TimeProvider.System), space, settings);
        var type = NewType();

        await manager.Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);
        await manager.Cluster.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(WorkerTypeName.Parse(type.Type.Value), nameof(EchoWorker)), Cancel);
        var job = await manager.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "unread" }), Cancel);

        Assert.Equal(JobState.Completed, (await manager.Cluster.WaitForJobAsync(job.JobId, Cancel).InTime()).Status);
    }
}
