using Microsoft.Extensions.Time.Testing;
using Mindtrace.Jobs.Contracts;

namespace Mindtrace.Jobs.Redis.Tests;

public abstract partial class RedisQueueContract
{
    private static readonly RedisQueueOptions Defaults = new();

    [Fact]
    public async Task Lease_OfADeadConsumer_EndsAndItsMessageComesBack()
    {
        var (queue, storeClock) = (await DeclareAsync(), new FakeTimeProvider());
        var sent = Message(queue);
        await PublishAsync(queue, sent);

        // Dead is a consumer whose own clock stands still: it never renews, and it has no room to take anything.
        var leased = NewQueue(time: new FakeTimeProvider(), storeClock);
        await using var dead = new ConsumerReader(await leased.ConsumeAsync(queue, prefetch: 1, Cancel));
        await dead.NextAsync();

        storeClock.Advance(Defaults.ConsumerLease - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, await leased.CountAsync(queue, Cancel));
        storeClock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await leased.CountAsync(queue, Cancel));

        await using var living = new ConsumerReader(await leased.ConsumeAsync(queue, prefetch: 1, Cancel));
        var redelivered = await living.NextAsync();
        Assert.Equal(sent.JobId, redelivered.Message.JobId);
        Assert.Equal(1, redelivered.DeliveryCount);
    }

    [Fact]
    public async Task Lease_Ended_StaleAckDoesNotTouchTheNextDelivery()
    {
        var (queue, storeClock) = (await DeclareAsync(), new FakeTimeProvider());
        var sent = Message(queue);
        await PublishAsync(queue, sent);
        var leased = NewQueue(time: new FakeTimeProvider(), storeClock);
        var stalled = new ConsumerReader(await leased.ConsumeAsync(queue, prefetch: 1, Cancel));
        var stale = await stalled.NextAsync();
        storeClock.Advance(Defaults.ConsumerLease);
        await using (var living = new ConsumerReader(await leased.ConsumeAsync(queue, prefetch: 1, Cancel)))
        {
            await living.NextAsync();

            await stalled.CancelReadingAsync();
            await stale.AckAsync();
            await stalled.DisposeAsync();
        }

        Assert.Equal(1, await leased.CountAsync(queue, Cancel));
    }

    [Fact]
    public async Task Lease_OfALivingConsumer_IsRenewed()
    {
        var (queue, ownClock, storeClock) = (await DeclareAsync(), new FakeTimeProvider(), new FakeTimeProvider());
        var sent = Messages(queue, 3);
        await PublishAsync(queue, sent);
        var leased = NewQueue(ownClock, storeClock);
        await using var reader = new ConsumerReader(await leased.ConsumeAsync(queue, prefetch: 2, Cancel));
        var held = await reader.NextAsync(2);

        storeClock.Advance(Defaults.ConsumerLease - TimeSpan.FromSeconds(1));
        ownClock.Advance(Defaults.RenewInterval);

        // Each turn of the consumer renews first, so when the third message is there, the renewal is done.
        await held[0].AckAsync();
        await reader.NextAsync();
        storeClock.Advance(Defaults.ConsumerLease - TimeSpan.FromSeconds(1));

        Assert.Equal(0, await leased.CountAsync(queue, Cancel));
    }

    [Fact]
    public async Task Purge_WithALapsedLease_RemovesThatMessageToo()
    {
        var (queue, storeClock) = (await DeclareAsync(), new FakeTimeProvider());
        await PublishAsync(queue, Messages(queue, 2));
        var leased = NewQueue(time: new FakeTimeProvider(), storeClock);
        await using var dead = new ConsumerReader(await leased.ConsumeAsync(queue, prefetch: 1, Cancel));
        await dead.NextAsync();
        storeClock.Advance(Defaults.ConsumerLease);

        Assert.Equal(2, await leased.PurgeAsync(queue, Cancel));

        Assert.Equal(0, await leased.CountAsync(queue, Cancel));
    }
}
