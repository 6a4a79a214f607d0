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

    /// <summary>Waits for what nothing announces.</summary>
    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            // Between two looks only: a loop without it would take the processor from those it waits for.
            await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
        }
    }

    /// <summary>Waits until the server holds nothing in the hands of consumers.</summary>
    private Task AssertSettledAsync(JobType queue) =>
        UntilAsync(async () => await Database.SortedSetLengthAsync(Key(queue, "held")) == 0);
}
