using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

internal sealed partial class RedisJobConsumer
{
    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(100);

    private async Task RunAsync()
    {
        await using var look = time.CreateTimer(_ => Wake(), null, options.SafetyLookInterval, options.SafetyLookInterval);
        var retryDelay = FirstRetryDelay;
        try
        {
            await foreach (var _ in _wakeUps.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                if (await TryTurnAsync().ConfigureAwait(false))
                {
                    retryDelay = FirstRetryDelay;
                    continue;
                }

                await Task.Delay(retryDelay, time, _stop.Token).ConfigureAwait(false);
                retryDelay = TimeSpan.FromTicks(Math.Min(2 * retryDelay.Ticks, options.MaxRetryDelay.Ticks));
                Wake();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed of.
        }
    }

    /// <returns><see langword="false"/> when the turn is to be tried again, later.</returns>
    private async Task<bool> TryTurnAsync()
    {
        try
        {
            await RenewIfDueAsync().ConfigureAwait(false);
            await ExchangeAsync().ConfigureAwait(false);
            return true;
        }
        catch (JobQueueNotFoundException)
        {
            // Its declaration wakes this consumer. What was in hand went with the old queue.
            Interrupt(null);
            return true;
        }
        catch (Exception fault)
        {
            Interrupt(fault);
            return false;
        }
    }

    private void Interrupt(Exception? fault)
    {
        if (_served)
        {
            _served = false;
            LogInterrupted(fault, queue.Name);
        }
    }

    private async Task RenewIfDueAsync()
    {
        if (time.GetElapsedTime(_renewedAt) < options.RenewInterval)
        {
            return;
        }

        DeliveryKey[] held;
        lock (_lock)
        {
            held = [.. _inHand.Select(delivery => delivery.Key)];
        }

        var started = time.GetTimestamp();
        foreach (var batch in held.Chunk(RedisQueue.Batch))
        {
            await queue.RenewAsync(batch, CancellationToken.None).ConfigureAwait(false);
        }

        _renewedAt = started;
    }

    private async Task ExchangeAsync()
    {
        int room;
        DeliveryKey[] acknowledged, returned;
        lock (_lock)
        {
            acknowledged = [.. _acknowledged.Take(RedisQueue.Batch)];
            returned = [.. _returned.Take(RedisQueue.Batch)];
            room = _taking ? Math.Min(prefetch - _inHand.Count, RedisQueue.Batch) : 0;
        }

        // While out of service it asks all the same, to find out when that is over.
        if (_served && room + acknowledged.Length + returned.Length == 0)
        {
            return;
        }

        TakenMessage[] taken;
        try
        {
            // Never cut short: messages taken by a call whose answer nobody reads would be stuck until their lease ends.
            taken = await queue.TakeAsync(room, acknowledged, returned, CancellationToken.None).ConfigureAwait(false);
        }
        catch (JobQueueNotFoundException)
        {
            Forget(acknowledged.Length, returned.Length);
            throw;
        }

        Forget(acknowledged.Length, returned.Length);
        Accept(taken);
        if (!_served)
        {
            _served = true;
            LogConsuming(queue.Name);
        }

        // More may be there than one call carries.
        if (taken.Length == RedisQueue.Batch || HasSettled())
        {
            Wake();
        }
    }

    /// <summary>Drops what the server was told. New settlements come in at the other end of the lists.</summary>
    private void Forget(int acknowledged, int returned)
    {
        lock (_lock)
        {
            _acknowledged.RemoveRange(0, acknowledged);
            _returned.RemoveRange(0, returned);
        }
    }

    private void Accept(TakenMessage[] taken)
    {
        lock (_lock)
        {
            foreach (var (key, message) in taken)
            {
                if (message is null)
                {
                    // The job's record is not touched by this: it is dispatched again from there.
                    LogUnreadable(queue.Name, key.Id);
                    _acknowledged.Add(key);
                }
                else if (!_taking)
                {
                    _returned.Add(key);
                }
                else
                {
                    var delivery = new RedisJobDelivery(this, key, message);
                    _inHand.Add(delivery);
                    _unread.Writer.TryWrite(delivery);
                }
            }
        }
    }

    private void Wake(RedisChannel channel, RedisValue message) => Wake();

    [LoggerMessage(LogLevel.Information, "Consumes queue {Queue}")]
    private partial void LogConsuming(JobType queue);

    [LoggerMessage(LogLevel.Warning, "Cannot consume queue {Queue} for now; goes on when server and queue are back")]
    private partial void LogInterrupted(Exception? fault, JobType queue);

    [LoggerMessage(LogLevel.Error, "Dropped message {MessageId} of queue {Queue}: it is not in a format that this version reads")]
    private partial void LogUnreadable(JobType queue, string messageId);

    [LoggerMessage(LogLevel.Warning, "Could not give messages of queue {Queue} back; they follow by themselves within {Lease}")]
    private partial void LogNotGivenBack(Exception fault, JobType queue, TimeSpan lease);
}
