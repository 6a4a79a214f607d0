using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Mindtrace.Jobs.Contracts;
using Mindtrace.TestServers;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis.Tests;

public abstract partial class RedisQueueContract
{
    // Short, so that what a killed server took along comes back within the test.
    private static readonly RedisQueueOptions Hasty = new()
    {
        SafetyLookInterval = TimeSpan.FromMilliseconds(100),
        RenewInterval = TimeSpan.FromMilliseconds(500),
        ConsumerLease = TimeSpan.FromSeconds(2),
        MaxRetryDelay = TimeSpan.FromMilliseconds(200),
    };

    [Fact]
    public async Task Server_KilledAndRestarted_ConsumerGoesOnByItself()
    {
        await using var server = NewServer();
        await server.StartAsync(Cancel);
        await using var redis = await ConnectAsync(server, BacklogPolicy.FailFast);
        var jobs = new RedisJobQueue(redis, _keySpace, Hasty, TimeProvider.System, NullLogger<RedisJobQueue>.Instance);
        var queue = NewName();
        await jobs.DeclareAsync(queue, QueueOrder.Fifo, Cancel);
        await jobs.PublishAsync(queue, Messages(queue, 2), Cancel);
        await using var reader = new ConsumerReader(await jobs.ConsumeAsync(queue, prefetch: 1, Cancel));
        await reader.NextAcknowledgedAsync();
        await reader.NextAcknowledgedAsync();
        var next = reader.NextAsync();

        await server.KillAsync(Cancel);
        await Assert.ThrowsAsync<JobBackendUnavailableException>(() => jobs.PublishAsync(queue, [Message(queue)], Cancel));
        await UntilAsync(() => Task.FromResult(!reader.Consumer.IsConsuming));
        await server.RestartAsync(Cancel);
        await UntilAsync(() => Task.FromResult(reader.Consumer.IsConsuming));
        var late = Message(queue);
        await UntilAsync(() => TryPublishAsync(jobs, late));

        Assert.Equal(late.JobId, (await next).Message.JobId);
    }

    [Fact]
    public async Task Server_KilledUnderLoad_LosesNothingThatItConfirmed()
    {
        const int Rounds = 3;
        await using var server = NewServer();
        await server.StartAsync(Cancel);
        await using var redis = await ConnectAsync(server, BacklogPolicy.Default);
        var jobs = new RedisJobQueue(redis, _keySpace, Hasty, TimeProvider.System, NullLogger<RedisJobQueue>.Instance);
        var queue = NewName();
        await jobs.DeclareAsync(queue, QueueOrder.Fifo, Cancel);
        var (confirmed, received) = (new ConcurrentDictionary<JobId, bool>(), new ConcurrentDictionary<JobId, bool>());
        using var publishing = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var consuming = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        var publishers = Enumerable.Range(1, 3).Select(size => Task.Run(async () =>
        {
            while (!publishing.IsCancellationRequested)
            {
                var batch = Messages(queue, size);
                if (await TryPublishAsync(jobs, batch))
                {
                    Array.ForEach(batch, message => confirmed[message.JobId] = true);
                }
            }
        })).ToArray();
        var consumers = Enumerable.Range(1, 2).Select(prefetch => Task.Run(async () =>
        {
            await using var consumer = await jobs.ConsumeAsync(queue, prefetch, Cancel);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (var delivery in consumer.ReadAllAsync(consuming.Token))
                {
                    received[delivery.Message.JobId] = true;
                    await delivery.AckAsync();
                }
            });
        })).ToArray();

        for (var round = 1; round <= Rounds; round++)
        {
            var enough = confirmed.Count + 100;
            await UntilAsync(() => Task.FromResult(confirmed.Count >= enough));
            await server.KillAsync(Cancel);
            await server.RestartAsync(Cancel);
        }

        await publishing.CancelAsync();
        await Task.WhenAll(publishers);
        await UntilAsync(() => Task.FromResult(confirmed.Keys.All(received.ContainsKey)));
        await consuming.CancelAsync();
        await Task.WhenAll(consumers);
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(TestServer server, BacklogPolicy whileAway)
    {
        var configuration = ConfigurationOptions.Parse(server.ConnectionString);
        configuration.AbortOnConnectFail = false;
        configuration.BacklogPolicy = whileAway;
        return await ConnectionMultiplexer.ConnectAsync(configuration);
    }

    private static async Task<bool> TryPublishAsync(RedisJobQueue jobs, params JobMessage[] messages)
    {
        try
        {
            await jobs.PublishAsync(messages[0].JobType, messages, Cancel);
            return true;
        }
        catch (JobBackendUnavailableException)
        {
            return false;
        }
    }
}
