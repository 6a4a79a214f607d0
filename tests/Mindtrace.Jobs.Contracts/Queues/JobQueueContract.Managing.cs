using Xunit;

namespace Mindtrace.Jobs.Contracts;

public abstract partial class JobQueueContract
{
    [Fact]
    public async Task Declare_QueueThatExists_KeepsItsMessages()
    {
        var queue = await DeclareAsync();
        var sent = Message(queue);
        await PublishAsync(queue, sent);

        await Queue.DeclareAsync(queue, QueueOrder.Fifo, Cancel);

        await using var reader = await ConsumeAsync(queue, prefetch: 1);
        Assert.Equal(sent.JobId, (await reader.NextAsync()).Message.JobId);
    }

    [Fact]
    public async Task AnyUse_QueueNobodyDeclared_IsNotFound()
    {
        var queue = NewName();

        Func<Task>[] uses =
        [
            () => PublishAsync(queue, Message(queue)),
            () => Queue.ConsumeAsync(queue, 1, Cancel),
            () => Queue.CountAsync(queue, Cancel),
            () => Queue.PurgeAsync(queue, Cancel),
        ];
        foreach (var use in uses)
        {
            Assert.Equal(queue, (await Assert.ThrowsAsync<JobQueueNotFoundException>(use)).Queue);
        }
    }

    [Fact]
    public async Task Count_WithOneInHand_CountsOnlyWhatWaits()
    {
        var queue = await DeclareAsync();
        await PublishAsync(queue, Messages(queue, 3));
        await AssertCountAsync(3, queue);

        await using var reader = await ConsumeAsync(queue, prefetch: 1);
        var held = await reader.NextAsync();
        await AssertCountAsync(2, queue);

        await reader.CancelReadingAsync();
        await held.ReturnAsync();
        await AssertCountAsync(3, queue);
    }

    [Fact]
    public async Task Purge_WithOneInHand_RemovesOnlyWhatWaits()
    {
        var queue = await DeclareAsync();
        var sent = Messages(queue, 3);
        await PublishAsync(queue, sent);
        await using var reader = await ConsumeAsync(queue, prefetch: 1);
        var held = await reader.NextAsync();
        await AssertCountAsync(2, queue);

        Assert.Equal(2, await Queue.PurgeAsync(queue, Cancel));

        await held.ReturnAsync();
        Assert.Equal(sent[0].JobId, (await reader.NextAcknowledgedAsync()).JobId);
        await reader.DisposeAsync();
        await AssertNothingWaitsAsync(queue);
    }

    [Fact]
    public async Task Delete_QueueWithMessages_RemovesItAndThem()
    {
        var queue = await DeclareAsync();
        await PublishAsync(queue, Messages(queue, 2));

        await Queue.DeleteAsync(queue, Cancel);

        await Assert.ThrowsAsync<JobQueueNotFoundException>(() => PublishAsync(queue, Message(queue)));
        await Queue.DeclareAsync(queue, QueueOrder.Fifo, Cancel);
        await AssertCountAsync(0, queue);
        await AssertNothingWaitsAsync(queue);
    }

    [Fact]
    public async Task Delete_QueueThatIsNotThere_IsNoError()
    {
        var queue = NewName();

        await Queue.DeleteAsync(queue, Cancel);

        await Assert.ThrowsAsync<JobQueueNotFoundException>(() => Queue.CountAsync(queue, Cancel));
    }

    [Fact]
    public async Task Delete_ThenDeclare_ConsumerGoesOn()
    {
        var queue = await DeclareAsync();
        await using var reader = await ConsumeAsync(queue, prefetch: 1);
        await PublishAsync(queue, Message(queue));
        await reader.NextAcknowledgedAsync();
        var waiting = reader.NextAsync();

        await Queue.DeleteAsync(queue, Cancel);
        await Queue.DeclareAsync(queue, QueueOrder.Fifo, Cancel);
        var sent = Message(queue);
        await PublishAsync(queue, sent);

        Assert.Equal(sent.JobId, (await waiting).Message.JobId);
    }

    [Fact]
    public async Task Delete_WithOneInHand_ItsSettlementDoesNotTouchTheNewQueue()
    {
        var queue = await DeclareAsync();
        await PublishAsync(queue, Messages(queue, 2));
        var old = await ConsumeAsync(queue, prefetch: 2);
        var held = await old.NextAsync(2);

        await Queue.DeleteAsync(queue, Cancel);
        await Queue.DeclareAsync(queue, QueueOrder.Fifo, Cancel);
        var sent = Messages(queue, 2);
        await PublishAsync(queue, sent);
        await using (var reader = await ConsumeAsync(queue, prefetch: 2))
        {
            await held[0].AckAsync();
            await held[1].ReturnAsync();
            await old.DisposeAsync();
        }

        await using var next = await ConsumeAsync(queue, prefetch: 2);
        Assert.Equal(Ids(sent).ToHashSet(), Ids(await next.NextAsync(2)).ToHashSet());
        await AssertCountAsync(0, queue);
    }
}
