using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Mindtrace.Jobs;

/// <summary>The reading end of an <see cref="InMemoryQueue"/>, which calls it under the queue's lock.</summary>
internal sealed class InMemoryJobConsumer(InMemoryQueue queue, int prefetch) : IJobConsumer
{
    private readonly Channel<InMemoryJobDelivery> _unread = Channel.CreateUnbounded<InMemoryJobDelivery>();

    public int Prefetch { get; } = prefetch;

    public HashSet<InMemoryJobDelivery> InHand { get; } = [];

    public bool IsTaking { get; set; } = true;

    public bool IsConsuming => IsTaking && queue.IsDeclared;

    public async IAsyncEnumerable<JobDelivery> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            // Taking stops at the moment of the cancellation, not when the reader comes for its next message: it may be busy for hours.
            await using var stopTaking = cancellationToken.Register(() => queue.Stop(this));
            while (await _unread.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (_unread.Reader.TryRead(out var delivery))
                {
                    yield return delivery;
                }
            }
        }
        finally
        {
            // A cancellation ends the wait above first, which may take the registration back before it was called.
            queue.Stop(this);
        }
    }

    public ValueTask DisposeAsync()
    {
        queue.Close(this);
        _unread.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public void Accept(InMemoryJobDelivery delivery)
    {
        InHand.Add(delivery);
        delivery.Holder = this;
        _unread.Writer.TryWrite(delivery);
    }

    public void Settle(InMemoryJobDelivery delivery, bool giveBack) => queue.Settle(this, delivery, giveBack);

    public IEnumerable<InMemoryJobDelivery> TakeUnread()
    {
        while (_unread.Reader.TryRead(out var delivery))
        {
            yield return delivery;
        }
    }
}

/// <summary>A message of an <see cref="InMemoryQueue"/> between two moves: each return makes a new one.</summary>
internal sealed class InMemoryJobDelivery(JobMessage message, int deliveryCount, (long Rank, long Sequence) place, int generation)
    : JobDelivery(message, deliveryCount)
{
    public (long Rank, long Sequence) Place { get; } = place;

    public int Generation { get; } = generation;

    public InMemoryJobConsumer? Holder { get; set; }

    public override ValueTask AckAsync()
    {
        Holder?.Settle(this, giveBack: false);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ReturnAsync()
    {
        Holder?.Settle(this, giveBack: true);
        return ValueTask.CompletedTask;
    }
}
