using System.Collections.Concurrent;
using Xunit;

namespace Mindtrace.Jobs.Contracts;

public abstract partial class JobQueueContract
{
    [Theory]
    [InlineData(QueueOrder.Fifo, new[] { 0, 1, 2, 3, 4, 5 })]
    [InlineData(QueueOrder.Stack, new[] { 5, 4, 3, 2, 1, 0 })]
    [InlineData(QueueOrder.Priority, new[] { 3, 1, 4, 2, 0, 5 })]
    public async Task Consume_QueueOfAnOrder_HandsOutInThatOrder(QueueOrder order, int[] expected)
    {
        if (!SupportedOrders.Contains(order))
        {
            await Assert.ThrowsAsync<NotSupportedException>(() => DeclareAsync(order));
            return;
        }

        var queue = await DeclareAsync(order);
        int[] priorities = [0, 5, 1, 7, 5, 0];
        var sent = priorities.Select(priority => Message(queue) with { Priority = priority }).ToArray();
        await PublishAsync(queue, sent);

        await using var reader = await ConsumeAsync(queue, prefetch: 1);
        var received = new List<int>();
        foreach (var _ in sent)
        {
            received.Add(Array.IndexOf([.. Ids(sent)], (await reader.NextAcknowledgedAsync()).JobId));
        }

        Assert.Equal(expected, received);
    }

    [Fact]
    public async Task Consume_PrefetchReached_LeavesTheRestToOthers()
    {
        var queue = await DeclareAsync();
        var sent = Messages(queue, 5);
        await PublishAsync(queue, sent);

        await using var full = await ConsumeAsync(queue, prefetch: 2);
        var held = await full.NextAsync(2);
        await using var other = await ConsumeAsync(queue, prefetch: 10);
        var rest = await other.NextAsync(3);

        Assert.Equal(Ids(sent[..2]), Ids(held));
        Assert.Equal(Ids(sent[2..]), Ids(rest));
    }

    [Fact]
    public async Task Consume_AcknowledgedOne_MakesRoomForTheNext()
    {
        var queue = await DeclareAsync();
        var sent = Messages(queue, 3);
        await PublishAsync(queue, sent);
        await using var reader = await ConsumeAsync(queue, prefetch: 2);
        var held = await reader.NextAsync(2);
        var third = reader.NextAsync();
        await AssertCountAsync(1, queue);
        Assert.False(third.IsCompleted);

        await held[0].AckAsync();

        Assert.Equal(sent[2].JobId, (await third).Message.JobId);
    }

    [Fact]
    public async Task Consume_EmptyQueue_IsPushedWhatComesLater()
    {
        var queue = await DeclareAsync();
        await using var reader = await ConsumeAsync(queue, prefetch: 1);
        for (var round = 0; round < 3; round++)
        {
            var waiting = reader.NextAsync();
            Assert.False(waiting.IsCompleted);
            var sent = Message(queue);
            await PublishAsync(queue, sent);

            var delivery = await waiting;

            Assert.True(reader.Consumer.IsConsuming);
            Assert.Equal(sent.JobId, delivery.Message.JobId);
            await delivery.AckAsync();
        }
    }

    [Fact]
    public async Task Consume_TwoConsumers_ShareTheLoadWithoutDoubles()
    {
        const int Total = 300;
        var queue = await DeclareAsync();
        var sent = Messages(queue, Total);
        await PublishAsync(queue, sent);
        var received = new ConcurrentQueue<JobId>();
        using var all = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var bothHaveOne = new Barrier(2);

        async Task<int> ReadAsync(IJobConsumer consumer)
        {
            var own = 0;
            try
            {
                await foreach (var delivery in consumer.ReadAllAsync(all.Token))
                {
                    if (++own == 1)
                    {
                        // Neither goes on before the other got its share.
                        await Task.Run(() => bothHaveOne.SignalAndWait(all.Token), all.Token);
                    }

                    received.Enqueue(delivery.Message.JobId);
                    await delivery.AckAsync();
                    if (received.Count >= Total)
                    {
                        await all.CancelAsync();
                    }
                }
            }
            catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
            {
                // All were received.
            }

            return own;
        }

        await using var first = await Queue.ConsumeAsync(queue, prefetch: 5, Cancel);
        await using var second = await Queue.ConsumeAsync(queue, prefetch: 5, Cancel);
        var shares = await Task.WhenAll(ReadAsync(first), ReadAsync(second)).WaitAsync(TimeSpan.FromSeconds(60), Cancel);

        Assert.All(shares, share => Assert.InRange(share, 1, Total - 1));
        Assert.Equal(Ids(sent).Order(Comparer<JobId>.Create(ByText)), received.Order(Comparer<JobId>.Create(ByText)));

        static int ByText(JobId one, JobId other) => string.CompareOrdinal(one.Value, other.Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Consume_PrefetchBelowOne_IsRefused(int prefetch)
    {
        var queue = await DeclareAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Queue.ConsumeAsync(queue, prefetch, Cancel));
    }
}
