using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using StackExchange.Redis;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>What a worker may do with what its node was handed. That its work needs no more, the behaviours of launched workers show.</summary>
public sealed partial class ServerBehaviours
{
    private const string Space = "{mindtrace}:";

    [Fact]
    public async Task WorkerAccount_AtRedis_SeesAndChangesNothingButJobs()
    {
        // The client itself would hold back some of the commands.
        await using var redis = await ConnectionMultiplexer.ConnectAsync(await RedisOfWorkersAsync() + ",allowAdmin=true");
        var database = redis.GetDatabase();
        object[][] forbidden =
        [
            ["FLUSHALL"], ["FLUSHDB"], ["KEYS", "*"], ["SCAN", "0"], ["CONFIG", "GET", "*"], ["ACL", "LIST"], ["SHUTDOWN"], ["CLIENT", "LIST"], ["SCRIPT", "FLUSH"],
            ["HGETALL", Space + "api-keys"], ["HSET", Space + "api-keys", "me", "admin"],
            ["ZRANGE", Space + "audit", "0", "-1"], ["DEL", Space + "audit"], ["ZADD", Space + "audit", "1", "1 forged"],
            ["HGETALL", Space + "job-types"], ["HSET", Space + "routes", "any", "elsewhere"], ["HGETALL", Space + "schedules"], ["GET", "anything-else"],
            ["EVAL", "return redis.call('HGETALL', KEYS[1])", "1", Space + "api-keys"], ["EVAL", "return redis.call('HGETALL', '{mindtrace}:api-keys')", "0"],
        ];

        Assert.Equal("mindtrace-worker", ConfigurationOptions.Parse(redis.Configuration).User);
        foreach (var command in forbidden)
        {
            var refused = await Assert.ThrowsAsync<RedisServerException>(() => database.ExecuteAsync((string)command[0], command[1..]));
            Assert.True(
                refused.Message.Contains("NOPERM", StringComparison.Ordinal) || refused.Message.Contains("permission", StringComparison.OrdinalIgnoreCase)
                    || refused.Message.Contains("can't access", StringComparison.OrdinalIgnoreCase),
                $"{string.Join(' ', command)}: {refused.Message}");
        }
    }

    [Fact]
    public async Task WorkerAccount_AtTheBroker_ConsumesAndDoesNothingElse()
    {
        var type = NewType().Type;
        await Cluster.RegisterJobTypeAsync(new JobTypeDefinition(type), Cancel);
        var settings = (await RegisterAsync()).Settings;
        var factory = new ConnectionFactory { Uri = new Uri(settings["ConnectionStrings:rabbitmq"]) };
        await using var connection = await factory.CreateConnectionAsync(Cancel);

        await using var consuming = await connection.CreateChannelAsync(cancellationToken: Cancel);
        Assert.Null(await consuming.BasicGetAsync(type.Value, autoAck: false, Cancel));
        Assert.Equal("mindtrace-worker", factory.UserName);
        await RefusesAsync(channel => channel.QueueDeleteAsync(type.Value, ifUnused: false, ifEmpty: false, noWait: false, Cancel));
        await RefusesAsync(channel => channel.QueueDeclareAsync("mine", durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancel));
        await RefusesAsync(channel => channel.QueueBindAsync(type.Value, "default", "other", cancellationToken: Cancel));
        await RefusesAsync(channel => channel.ExchangeDeleteAsync("default", cancellationToken: Cancel));
        await RefusesAsync(channel => channel.BasicPublishAsync("default", type.Value, body: default, cancellationToken: Cancel).AsTask());
        await RefusesAsync(channel => channel.BasicPublishAsync("", type.Value, body: default, cancellationToken: Cancel).AsTask());

        async Task RefusesAsync(Func<IChannel, Task> call)
        {
            // Confirms, so that a publish waits for the refusal.
            await using var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Cancel);
            var refused = await Assert.ThrowsAnyAsync<Exception>(() => call(channel));
            var reply = (refused as OperationInterruptedException)?.ShutdownReason ?? channel.CloseReason;
            Assert.Equal<int?>(Constants.AccessRefused, reply?.ReplyCode);
        }
    }

    [Fact]
    public async Task WorkerAccount_RedisHasForgottenIt_IsMadeAgain()
    {
        var login = await RedisOfWorkersAsync();
        var server = cluster.Manager.Services.GetRequiredService<IConnectionMultiplexer>().GetServers()[0];

        await server.ExecuteAsync("ACL", "DELUSER", "mindtrace-worker");

        using var look = new PeriodicTimer(LookInterval);
        while ((await server.ExecuteAsync("ACL", "GETUSER", "mindtrace-worker")).IsNull)
        {
            await look.WaitForNextTickAsync(Cancel);
        }

        await using var redis = await ConnectionMultiplexer.ConnectAsync(login);
        Assert.True((await redis.GetDatabase().ExecuteAsync("PING")).Resp2Type != ResultType.Error);
    }

    [Fact]
    public async Task Worker_WithItsAccountAlone_CompletesItsJob()
    {
        var (type, code) = (NewType(), new GatedWorker());
        await Cluster.RegisterJobTypeAsync(new JobTypeDefinition(type.Type), Cancel);
        var handed = (await RegisterAsync()).Settings;
        await using var worker = await WorkerProgram.StartAsync(
            handed["ConnectionStrings:redis"], code, space: null, [.. handed.Select(setting => (setting.Key, setting.Value)), ("Worker:JobTypes:0", type.Type.Value)]);

        var job = await SubmitAsync(type, "narrow");
        var run = await code.NextRunAsync();
        await run.Context.WriteLineAsync("printed", cancellationToken: Cancel);
        run.Complete();

        Assert.Equal(JobState.Completed, (await EndOfAsync(job)).Status);
        Assert.Equal(["printed"], await ReadAsync(new JobLogsRequest(job.JobId)));
    }

    /// <summary>Registers as a node, which goes again before a worker is to be launched there.</summary>
    private async Task<RegisterNodeResponse> RegisterAsync()
    {
        var node = new Uri("http://127.0.0.1:19699/");
        var answer = await Cluster.RegisterNodeAsync(new RegisterNodeRequest(node), Cancel);
        await Cluster.UnregisterNodeAsync(node, Cancel);
        return answer;
    }

    private async Task<string> RedisOfWorkersAsync() => (await RegisterAsync()).Settings["ConnectionStrings:redis"];
}
