using Microsoft.Extensions.Time.Testing;
using Mindtrace.Jobs.Contracts;

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
