using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Mindtrace.Jobs.Redis;

/// <summary>One consumer: a loop that, when woken, sends what was settled and takes what there is room for, in one call.</summary>
/// <remarks>What is settled while a call is under way goes along with the next one, so busy consumers need few calls.</remarks>
internal sealed partial class RedisJobConsumer(
    RedisQueue queue, int prefetch, RedisQueueOptions options, TimeProvider time, ILogger logger) : IJobConsumer
{
    private readonly Channel<RedisJobDelivery> _unread = Channel.CreateUnbounded<RedisJobDelivery>();
    private readonly Channel<bool> _wakeUps =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();

    private readonly Lock _lock = new();
    private readonly HashSet<RedisJobDelivery> _inHand = [];
    private readonly List<DeliveryKey> _acknowledged = [];
    private readonly List<DeliveryKey> _returned = [];
    private bool _taking = true;

    private volatile bool _served;
    private long _renewedAt;
    private Task _loop = Task.CompletedTask;
    private int _disposed;

    public bool IsConsuming => _served && Volatile.Read(ref _taking);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Subscribed first, so that no message falls between the first look and the first wake-up.
            await queue.SubscribeAsync(Wake, cancellationToken).ConfigureAwait(false);

            // Asks only whether the queue is there. A first take that is given up halfway would leave messages with nobody.
            await queue.CountAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await queue.UnsubscribeAsync(Wake).ConfigureAwait(false);
            throw;
        }

        _served = true;
        _renewedAt = time.GetTimestamp();
        Wake();
        _loop = RunAsync();
    }

    public async IAsyncEnumerable<JobDelivery> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            // Taking stops at the moment of the cancellation, not when the reader comes for its next message: it may be busy for hours.
            await using var stopTaking = cancellationToken.Register(StopTaking);
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
            StopTaking();
        }
    }

    public void Settle(RedisJobDelivery delivery, bool giveBack)
    {
        lock (_lock)
        {
            if (!_inHand.Remove(delivery))
            {
                return;
            }

            (giveBack ? _returned : _acknowledged).Add(delivery.Key);
        }

        Wake();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        StopTaking();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        await queue.UnsubscribeAsync(Wake).ConfigureAwait(false);
        await GiveBackAllAsync().ConfigureAwait(false);
        _unread.Writer.TryComplete();
        _stop.Dispose();
    }

    private async Task GiveBackAllAsync()
    {
        lock (_lock)
        {
            _returned.AddRange(_inHand.Select(delivery => delivery.Key));
            _inHand.Clear();
        }

        try
        {
            while (HasSettled())
            {
                await ExchangeAsync().ConfigureAwait(false);
            }
        }
        catch (JobQueueNotFoundException)
        {
            // The messages went with their queue.
        }
        catch (JobBackendUnavailableException away)
        {
            LogNotGivenBack(away, queue.Name, options.ConsumerLease);
        }
    }

    private void Wake() => _wakeUps.Writer.TryWrite(true);

    private bool HasSettled()
    {
        lock (_lock)
        {
            return _acknowledged.Count + _returned.Count > 0;
        }
    }

    private void StopTaking()
    {
        lock (_lock)
        {
            _taking = false;
            while (_unread.Reader.TryRead(out var unread))
            {
                _inHand.Remove(unread);
                _returned.Add(unread.Key);
            }
        }

        Wake();
    }
}
