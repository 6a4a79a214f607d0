namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>Acknowledges the messages of one channel: those that are done at about the same time by one frame, as far as none before them is still in hand.</summary>
/// <remarks>A quorum queue writes each frame to its log.</remarks>
/// <param name="ackAsync">Acknowledges a message of the channel, and with true all before it as well. Its delivery tags count from 1 up.</param>
internal sealed class Acknowledgements(Func<ulong, bool, ValueTask> ackAsync)
{
    private readonly Lock _gate = new();
    private readonly HashSet<ulong> _settled = [];
    private List<ulong> _unsent = [];
    private ulong _settledUpTo;
    private Task? _sending;

    /// <summary>Acknowledges a message.</summary>
    /// <returns>A task that ends when the acknowledgement is on its way.</returns>
    public Task AckAsync(ulong deliveryTag)
    {
        lock (_gate)
        {
            _settled.Add(deliveryTag);
            _unsent.Add(deliveryTag);
            // Behind what is queued for the threads by now, which may acknowledge more.
            return _sending ??= Task.Factory.StartNew(SendAllAsync, CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default).Unwrap();
        }
    }

    /// <summary>Notes a message that was settled otherwise. Not before that is on its way: it may then be passed over.</summary>
    public void Settled(ulong deliveryTag)
    {
        lock (_gate)
        {
            _settled.Add(deliveryTag);
        }
    }

    /// <summary>Ends when all acknowledgements are on their way.</summary>
    public Task FlushAsync()
    {
        lock (_gate)
        {
            return _sending ?? Task.CompletedTask;
        }
    }

    private async Task SendAllAsync()
    {
        try
        {
            while (Take() is { Count: > 0 } tags)
            {
                await SendAsync(tags);
            }
        }
        catch
        {
            // Whoever waits hears of it. The next acknowledgement is sent all the same.
            lock (_gate)
            {
                _sending = null;
            }

            throw;
        }
    }

    private async Task SendAsync(List<ulong> tags)
    {
        var together = tags.Where(tag => tag <= _settledUpTo).DefaultIfEmpty().Max();
        if (together > 0)
        {
            await ackAsync(together, true);
        }

        foreach (var tag in tags.Where(tag => tag > _settledUpTo))
        {
            await ackAsync(tag, false);
        }
    }

    private List<ulong> Take()
    {
        lock (_gate)
        {
            while (_settled.Remove(_settledUpTo + 1))
            {
                _settledUpTo++;
            }

            var tags = _unsent;
            _unsent = [];
            if (tags.Count == 0)
            {
                _sending = null;
            }

            return tags;
        }
    }
}
