using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Mindtrace.Jobs.Contracts;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis.Tests;

public abstract partial class RedisQueueContract
{
    [Fact]
    public async Task WakeUp_Lost_TheNextLookFindsTheMessage()
    {
        var (queue, ownClock) = (await DeclareAsync(), new FakeTimeProvider());
        await using var reader = new ConsumerReader(await NewQueue(ownClock).ConsumeAsync(queue, prefetch: 1, Cancel));
        await PublishAsync(queue, Message(queue));
        await reader.NextAcknowledgedAsync();
        await AssertSettledAsync(queue);

        await _redis!.GetSubscriber().UnsubscribeAllAsync();
        var sent = Message(queue);
        await PublishAsync(queue, sent);
        ownClock.Advance(Defaults.SafetyLookInterval);

        Assert.Equal(sent.JobId, (await reader.NextAsync()).Message.JobId);
    }

    [Fact]
    public async Task Publish_ServerForgotTheScripts_WorksAllTheSame()
    {
        var queue = await DeclareAsync();
        await PublishAsync(queue, Message(queue));

        await Database.ExecuteAsync("SCRIPT", "FLUSH");
        await PublishAsync(queue, Message(queue));

        Assert.Equal(2, await Queue.CountAsync(queue, Cancel));
    }

    [Fact]
    public async Task Server_KilledAndRestarted_ConsumerGoesOnByItself()
    {
        await using var server = NewServer();
        await server.StartAsync(Cancel);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(
            server.ConnectionString + ",syncTimeout=1000,asyncTimeout=1000,connectTimeout=1000,abortConnect=false,allowAdmin=true");
        var options = new RedisQueueOptions { SafetyLookInterval = TimeSpan.FromMilliseconds(100), RenewInterval = TimeSpan.FromMilliseconds(100) };
        var jobs = new RedisJobQueue(redis, _keySpace, options, TimeProvider.System, NullLogger<RedisJobQueue>.Instance);
        var queue = NewName();
        await jobs.DeclareAsync(queue, QueueOrder.Fifo, Cancel);
        var early = Messages(queue, 2);
        await jobs.PublishAsync(queue, early, Cancel);
        await using var reader = new ConsumerReader(await jobs.ConsumeAsync(queue, prefetch: 2, Cancel));
        await reader.NextAcknowledgedAsync();
        var held = await reader.NextAsync();

        await server.KillAsync(Cancel);
        await Assert.ThrowsAsync<JobBackendUnavailableException>(() => jobs.PublishAsync(queue, [Message(queue)], Cancel));
        await UntilAsync(() => Task.FromResult(!reader.Consumer.IsConsuming));
        await server.RestartAsync(Cancel);

        var late = Message(queue);
        var next = reader.NextAsync();
        await UntilAsync(() => TryPublishAsync(jobs, late));
        Assert.Equal(late.JobId, (await next).Message.JobId);
        Assert.Equal(early[1].JobId, held.Message.JobId);
        Assert.True(reader.Consumer.IsConsuming);
        await held.AckAsync();
        await reader.DisposeAsync();

        // Only the late one, which was not acknowledged, is still there: the server forgot nothing that it had confirmed.
        Assert.Equal(1, await jobs.CountAsync(queue, Cancel));
    }

    [Fact]
    public async Task AnyUse_ServerAway_NamesItWithoutThePassword()
    {
        await using var nowhere = await ConnectionMultiplexer.ConnectAsync(
            "127.0.0.1:1,password=swordfish,abortConnect=false,connectTimeout=200,syncTimeout=200,asyncTimeout=200");
        var jobs = new RedisJobQueue(nowhere, _keySpace, new(), TimeProvider.System, NullLogger<RedisJobQueue>.Instance);
        var queue = NewName();

        Func<Task>[] uses =
        [
            () => jobs.DeclareAsync(queue, QueueOrder.Fifo, Cancel),
            () => jobs.PublishAsync(queue, [Message(queue)], Cancel),
            () => jobs.ConsumeAsync(queue, 1, Cancel),
            () => jobs.CountAsync(queue, Cancel),
        ];
        foreach (var use in uses)
        {
            var fault = await Assert.ThrowsAsync<JobBackendUnavailableException>(use);
            Assert.Contains("127.0.0.1:1 ", fault.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("swordfish", fault.ToString(), StringComparison.Ordinal);
        }
    }

    private static async Task<bool> TryPublishAsync(RedisJobQueue jobs, JobMessage message)
    {
        try
        {
            await jobs.PublishAsync(message.JobType, [message], Cancel);
            return true;
        }
        catch (JobBackendUnavailableException)
        {
            return false;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Waits until the server holds nothing in the hands of consumers.</summary>
    private Task AssertSettledAsync(JobType queue) =>
        UntilAsync(async () => await Database.SortedSetLengthAsync(Key(queue, "held")) == 0);
}
