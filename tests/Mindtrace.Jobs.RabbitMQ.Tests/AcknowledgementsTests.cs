using CsCheck;

namespace Mindtrace.Jobs.RabbitMQ.Tests;

public sealed class AcknowledgementsTests
{
    private readonly List<(ulong Tag, bool Multiple)> _frames = [];
    private readonly TaskCompletionSource _sent = new();

    [Fact]
    public async Task Message_ByItself_IsAcknowledgedAtOnce()
    {
        var acknowledgements = Create();
        _sent.SetResult();

        await acknowledgements.AckAsync(1);

        Assert.Equal([(1UL, true)], _frames);
    }

    [Fact]
    public async Task Messages_DoneWhileAFrameIsSent_GoTogether()
    {
        var acknowledgements = Create();
        var first = acknowledgements.AckAsync(1);
        Task[] others = [acknowledgements.AckAsync(3), acknowledgements.AckAsync(2), acknowledgements.AckAsync(4)];

        _sent.SetResult();
        await Task.WhenAll([first, .. others]);

        // The first may have been on its way alone, or waited for the others.
        Assert.Equal((4UL, true), _frames[^1]);
        Assert.InRange(_frames.Count, 1, 2);
    }

    [Fact]
    public async Task Messages_BehindOneInHand_AreAcknowledgedOneByOne()
    {
        var acknowledgements = Create();
        _sent.SetResult();

        await acknowledgements.AckAsync(2);
        await acknowledgements.AckAsync(3);

        Assert.Equal([(2UL, false), (3UL, false)], _frames);
    }

    [Fact]
    public async Task Message_AfterOneThatCouldNotBeSent_IsAcknowledged()
    {
        var frames = new List<(ulong, bool)>();
        var acknowledgements = new Acknowledgements((tag, multiple) =>
        {
            frames.Add((tag, multiple));
            return frames.Count == 1 ? throw new InvalidOperationException("not sent") : ValueTask.CompletedTask;
        });

        await Assert.ThrowsAsync<InvalidOperationException>(() => acknowledgements.AckAsync(1));
        await acknowledgements.AckAsync(2);

        Assert.Equal([(1UL, true), (2UL, true)], frames);
    }

    [Fact]
    public void Messages_SettledInAnyOrder_AreEachAcknowledgedAndNoneThatIsInHand() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 3]).SelectMany((messages, returned) => Gen.Select(
            Gen.Shuffle(Enumerable.Range(1, messages).Select(tag => (ulong)tag).ToArray()), Gen.Const(returned), Gen.Bool.Array[messages])).Sample(
            (order, returnEvery, pauses) =>
            {
                var inHand = order.ToHashSet();
                var atBroker = order.ToHashSet();
                var acknowledgements = new Acknowledgements((tag, multiple) =>
                {
                    lock (atBroker)
                    {
                        var settled = atBroker.Where(it => multiple ? it <= tag : it == tag).ToList();
                        Assert.Contains(tag, settled);
                        Assert.DoesNotContain(settled, inHand.Contains);
                        atBroker.ExceptWith(settled);
                    }

                    return ValueTask.CompletedTask;
                });
                for (var i = 0; i < order.Length; i++)
                {
                    lock (atBroker)
                    {
                        inHand.Remove(order[i]);
                    }

                    if (returnEvery > 0 && i % 4 == returnEvery)
                    {
                        lock (atBroker)
                        {
                            atBroker.Remove(order[i]);
                        }

                        acknowledgements.Settled(order[i]);
                    }
                    else
                    {
                        var sent = acknowledgements.AckAsync(order[i]);
                        if (pauses[i])
                        {
                            sent.GetAwaiter().GetResult();
                        }
                    }
                }

                acknowledgements.FlushAsync().GetAwaiter().GetResult();
                Assert.Empty(atBroker);
            });

    private Acknowledgements Create() => new(async (tag, multiple) =>
    {
        _frames.Add((tag, multiple));
        await _sent.Task;
    });
}
