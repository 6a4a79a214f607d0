using Xunit;

namespace Mindtrace.Jobs.Contracts;

public abstract partial class JobQueueContract
{
    [Fact]
    public async Task Ack_OfADelivery_RemovesItForGood()
    {
        var queue = await DeclareAsync();
        await PublishAsync(queue, Message(queue));
        await using (var reader = await ConsumeAsync(queue, prefetch: 1))
        {
            await (await reader.NextAsync()).AckAsync();
        }

        await AssertNothingWaitsAsync(queue);
        await AssertCountAsync(0, queue);
    }

    [Fact]
    public async Task Return_OfADelivery_BringsItBackCounted()
    {
        var queue = await DeclareAsync();
        var sent = Message(queue);
        await PublishAsync(queue, sent);
        await using var reader = await ConsumeAsync(queue, prefetch: 1);

        for (var count = 0; count < 3; count++)
        {
            var delivery = await reader.NextAsync();
            Assert.Equal(sent.JobId, delivery.Message.JobId);
            Assert.Equal(sent.Body.ToArray(), delivery.Message.Body.ToArray());
            Assert.Equal(count, delivery.DeliveryCount);
            await delivery.ReturnAsync();
        }
    }

    [Fact]
    public async Task Return_OfADelivery_IsOpenToOtherConsumers()
    {
        var queue = await DeclareAsync();
        var sent = Messages(queue, 2);
        await PublishAsync(queue, sent);
        await using var first = await ConsumeAsync(queue, prefetch: 2);
        var held = await first.NextAsync(2);
        await using var second = await ConsumeAsync(queue, prefetch: 1);
        await first.CancelReadingAsync();

        await held[0].ReturnAsync();

        Assert.Equal(sent[0].JobId, (await second.NextAcknowledgedAsync()).JobId);
    }

    [Fact]
    public async Task Dispose_OfAConsumer_GivesBackWhatIsUnsettled()
    {
        var queue = await DeclareAsync();
        var sent = Messages(queue, 4);
        await PublishAsync(queue, sent);
        await using var reader = await ConsumeAsync(queue, prefetch: 4);
        var held = await reader.NextAsync(3);
        await held[1].AckAsync();

        await reader.Consumer.DisposeAsync();
        await reader.CancelReadingAsync();

        await using var next = await ConsumeAsync(queue, prefetch: 4);
        var redelivered = await next.NextAsync(3);

        Assert.Equal(Ids([sent[0], sent[2], sent[3]]).ToHashSet(), Ids(redelivered).ToHashSet());
        Assert.Equal(1, redelivered.Single(delivery => delivery.Message.JobId == sent[0].JobId).DeliveryCount);
        foreach (var delivery in redelivered)
        {
            await delivery.AckAsync();
        }

        await next.DisposeAsync();
        await AssertNothingWaitsAsync(queue);
    }

    [Fact]
    public async Task Ack_AfterItsConsumerIsGone_IsWithoutEffect()
    {
        var queue = await DeclareAsync();
        var sent = Message(queue);
        await PublishAsync(queue, sent);
        var gone = await ConsumeAsync(queue, prefetch: 1);
        var stale = await gone.NextAsync();
        await gone.DisposeAsync();
        await using (var reader = await ConsumeAsync(queue, prefetch: 1))
        {
            await reader.NextAsync();
            await stale.AckAsync();
        }

        await using var next = await ConsumeAsync(queue, prefetch: 1);

        Assert.Equal(sent.JobId, (await next.NextAsync()).Message.JobId);
    }

    [Fact]
    public async Task CancelReading_WithDeliveriesInHand_TakesNoMoreButLetsThemBeAcknowledged()
    {
        var queue = await DeclareAsync();
        var sent = Messages(queue, 3);
        await PublishAsync(queue, sent);
        await using var draining = await ConsumeAsync(queue, prefetch: 1);
        var inHand = await draining.NextAsync();
        var waiting = draining.NextAsync();

        await draining.CancelReadingAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await inHand.AckAsync();

        await using var other = await ConsumeAsync(queue, prefetch: 5);
        Assert.Equal(Ids(sent[1..]), Ids(await other.NextAsync(2)));
        await draining.DisposeAsync();
        await other.DisposeAsync();
        await AssertCountAsync(2, queue);
    }

    [Fact]
    public async Task CancelReading_WithUnreadDeliveries_LeavesThemToOthers()
    {
        var queue = await DeclareAsync();
        var sent = Messages(queue, 5);
        await PublishAsync(queue, sent);
        await using var draining = await ConsumeAsync(queue, prefetch: 5);
        await draining.NextAsync();
        await AssertCountAsync(0, queue);

        await draining.CancelReadingAsync();
        await draining.DisposeAsync();

        await using var other = await ConsumeAsync(queue, prefetch: 5);
        Assert.Equal(Ids(sent).ToHashSet(), Ids(await other.NextAsync(5)).ToHashSet());
    }
}
