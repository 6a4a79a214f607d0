using Microsoft.Extensions.Logging.Abstractions;

namespace Mindtrace.Jobs.Redis.Tests;

public abstract partial class RedisQueueContract
{
    [Fact]
    public async Task Prefetch_BeyondOneCall_IsFilledAndGivenBackWhole()
    {
        var queue = await DeclareAsync();
        var sent = Messages(queue, (2 * RedisQueue.Batch) + 100);
        await PublishAsync(queue, sent);

        await using (var reader = await ConsumeAsync(queue, prefetch: sent.Length))
        {
            Assert.Equal(Ids(sent), Ids(await reader.NextAsync(sent.Length)));
            Assert.Equal(0, await Queue.CountAsync(queue, Cancel));
        }

        Assert.Equal(sent.Length, await Queue.CountAsync(queue, Cancel));
    }

    [Fact]
    public async Task Publish_MoreBytesThanOneCallCarries_ArrivesInOrder()
    {
        var queue = await DeclareAsync();
        var large = $"\"{new string('x', 1 << 20)}\"";
        var sent = Enumerable.Range(0, 9).Select(_ => Message(queue, large)).ToArray();
        await PublishAsync(queue, sent);

        await using var reader = await ConsumeAsync(queue, prefetch: sent.Length);

        Assert.Equal(Ids(sent), Ids(await reader.NextAsync(sent.Length)));
    }

    [Fact]
    public async Task Priority_AtTheTop_IsExact()
    {
        var queue = await DeclareAsync(QueueOrder.Priority);

        // As if the queue had handed out almost all the numbers that it has.
        await Database.HashSetAsync(Key(queue), "seq", (1L << 40) - 10);
        int[] priorities = [255, 255, 255, 255, 254, 0];
        var sent = priorities.Select(priority => Message(queue) with { Priority = priority }).ToArray();
        await PublishAsync(queue, sent);

        await using var reader = await ConsumeAsync(queue, prefetch: sent.Length);

        Assert.Equal(Ids(sent), Ids(await reader.NextAsync(sent.Length)));
    }

    [Fact]
    public async Task Take_MessageOfAnUnknownFormat_IsDropped()
    {
        var queue = await DeclareAsync();
        var sent = Messages(queue, 2);
        await PublishAsync(queue, sent);
        await Database.HashSetAsync(Key(queue), "1", new byte[] { 255, 1, 2 });

        await using var reader = await ConsumeAsync(queue, prefetch: 5);

        Assert.Equal(sent[1].JobId, (await reader.NextAcknowledgedAsync()).JobId);
        await AssertSettledAsync(queue);
        Assert.Equal(0, await Queue.CountAsync(queue, Cancel));
    }

    [Fact]
    public async Task Take_IdWithoutAMessage_IsDropped()
    {
        var queue = await DeclareAsync();
        await Database.SortedSetAddAsync(Key(queue, "ready"), "-7", -7);
        var sent = Message(queue);
        await PublishAsync(queue, sent);

        await using var reader = await ConsumeAsync(queue, prefetch: 5);

        Assert.Equal(sent.JobId, (await reader.NextAcknowledgedAsync()).JobId);
        await AssertSettledAsync(queue);
        Assert.Equal(0, await Queue.CountAsync(queue, Cancel));
    }

    [Fact]
    public async Task Settled_Messages_LeaveNothingBehind()
    {
        var queue = await DeclareAsync();
        await PublishAsync(queue, Messages(queue, 5));
        await using (var reader = await ConsumeAsync(queue, prefetch: 2))
        {
            await (await reader.NextAsync()).ReturnAsync();
            for (var i = 0; i < 5; i++)
            {
                await reader.NextAcknowledgedAsync();
            }
        }

        Assert.Equal(["order", "seq"], (await Database.HashKeysAsync(Key(queue))).Select(field => field.ToString()).Order());
        Assert.False(await Database.KeyExistsAsync(Key(queue, "ready")));
        Assert.False(await Database.KeyExistsAsync(Key(queue, "held")));
    }

    [Fact]
    public async Task KeySpaces_OnOneServer_StayApart()
    {
        var queue = await DeclareAsync();
        var elsewhere = new RedisJobQueue(
            _redis!, new RedisKeySpace($"other-{Guid.NewGuid():N}"), new(), TimeProvider.System, NullLogger<RedisJobQueue>.Instance);

        await Assert.ThrowsAsync<JobQueueNotFoundException>(() => elsewhere.CountAsync(queue, Cancel));
    }
}
