using System.Collections.Concurrent;
using Xunit;

namespace Mindtrace.Jobs.Contracts;

public abstract partial class JobQueueContract
{
    [Fact]
    public async Task Publish_FullMessage_ArrivesWhole()
    {
        var queue = await DeclareAsync();
        var sent = Message(queue, """ {"text":"grüße \u0000 ☃","big":12345678901234567890,"none":[]} """) with
        {
            Priority = 3,
            AcceptedAt = new DateTimeOffset(2031, 4, 5, 6, 7, 8, 901, TimeSpan.Zero),
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            TraceState = "vendor=a:b,other=c",
        };
        await PublishAsync(queue, sent);

        await using var reader = await ConsumeAsync(queue, prefetch: 1);
        var delivery = await reader.NextAsync();

        Assert.Equal(sent.JobId, delivery.Message.JobId);
        Assert.Equal(queue, delivery.Message.JobType);
        Assert.Equal(sent.Body.ToArray(), delivery.Message.Body.ToArray());
        Assert.Equal(3, delivery.Message.Priority);
        Assert.Equal(sent.AcceptedAt, delivery.Message.AcceptedAt);
        Assert.Equal(sent.TraceParent, delivery.Message.TraceParent);
        Assert.Equal(sent.TraceState, delivery.Message.TraceState);
        Assert.Equal(0, delivery.DeliveryCount);
    }

    [Fact]
    public async Task Publish_MessageWithoutOurHeaders_ArrivesWithoutThem()
    {
        var queue = await DeclareAsync();
        var sent = Message(queue);
        await PublishAsync(queue, sent);

        await using var reader = await ConsumeAsync(queue, prefetch: 1);
        var received = (await reader.NextAsync()).Message;

        Assert.Equal(sent.JobId, received.JobId);
        Assert.Equal(0, received.Priority);
        Assert.Null(received.AcceptedAt);
        Assert.Null(received.TraceParent);
        Assert.Null(received.TraceState);
    }

    [Fact]
    public async Task Publish_MessageWithoutBody_ArrivesAsSuch()
    {
        var queue = await DeclareAsync();
        var sent = Message(queue).WithoutBody();
        await PublishAsync(queue, sent);

        await using var reader = await ConsumeAsync(queue, prefetch: 1);
        var received = (await reader.NextAsync()).Message;

        Assert.Equal((sent.JobId, 0), (received.JobId, received.Body.Length));
    }

    [Fact]
    public async Task Publish_BodyOfOneMegabyte_ArrivesWhole()
    {
        var queue = await DeclareAsync();
        var sent = Message(queue, $"\"{new string('x', 1 << 20)}\"");
        await PublishAsync(queue, sent);

        await using var reader = await ConsumeAsync(queue, prefetch: 1);
        var received = (await reader.NextAsync()).Message;

        Assert.True(sent.Body.Span.SequenceEqual(received.Body.Span));
    }

    [Fact]
    public async Task Publish_BatchOfThousand_ArrivesInOrder()
    {
        var queue = await DeclareAsync();
        var sent = Messages(queue, 1000);
        await PublishAsync(queue, sent);

        await using var reader = await ConsumeAsync(queue, prefetch: 50);
        var received = new List<JobId>();
        foreach (var _ in sent)
        {
            received.Add((await reader.NextAcknowledgedAsync()).JobId);
        }

        Assert.Equal(Ids(sent), received);
    }

    [Fact]
    public async Task Publish_FromManyAtOnce_LosesNothing()
    {
        var queue = await DeclareAsync();
        var sent = new ConcurrentBag<JobId>();
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (i, _) =>
        {
            var batch = Messages(queue, 1 + (i % 3));
            await PublishAsync(queue, batch);
            foreach (var id in Ids(batch))
            {
                sent.Add(id);
            }
        });

        await using var reader = await ConsumeAsync(queue, prefetch: 50);
        var received = new List<JobId>();
        while (received.Count < sent.Count)
        {
            received.Add((await reader.NextAcknowledgedAsync()).JobId);
        }

        Assert.Equal(sent.ToHashSet(), received.ToHashSet());
    }

    [Fact]
    public async Task Publish_MessageOfAnotherJobType_IsRefusedWhole()
    {
        var queue = await DeclareAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => PublishAsync(queue, Message(queue), Message(NewName())));

        await AssertNothingWaitsAsync(queue);
    }

    [Fact]
    public async Task Publish_ToTwoQueues_KeepsThemApart()
    {
        var (left, right) = (await DeclareAsync(), await DeclareAsync());
        var (toLeft, toRight) = (Message(left), Message(right));
        await PublishAsync(left, toLeft);
        await PublishAsync(right, toRight);

        await using var leftReader = await ConsumeAsync(left, prefetch: 10);
        await using var rightReader = await ConsumeAsync(right, prefetch: 10);

        Assert.Equal(toLeft.JobId, (await leftReader.NextAcknowledgedAsync()).JobId);
        Assert.Equal(toRight.JobId, (await rightReader.NextAcknowledgedAsync()).JobId);
        await leftReader.DisposeAsync();
        await rightReader.DisposeAsync();
        await AssertNothingWaitsAsync(left);
        await AssertNothingWaitsAsync(right);
    }
}
