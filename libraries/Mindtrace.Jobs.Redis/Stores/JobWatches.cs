using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>Those who wait for single jobs. However many they are, they share one subscription, which is made for the first and then stays.</summary>
/// <param name="redis">The connection.</param>
/// <param name="channel">The channel of <see cref="JobEvent"/>.</param>
internal sealed class JobWatches(IConnectionMultiplexer redis, string channel)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<JobId, List<JobWatch>> _watches = [];
    private Task? _subscribing;

    /// <summary>Begins to watch a job.</summary>
    /// <param name="id">The job.</param>
    /// <param name="onlyEnd">Whether changes to states that are not final are of no interest.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The watch, to be disposed.</returns>
    /// <exception cref="JobBackendUnavailableException">The server cannot be reached.</exception>
    public async Task<JobWatch> OpenAsync(JobId id, bool onlyEnd, CancellationToken cancellationToken)
    {
        await SubscribeAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var watch = new JobWatch(onlyEnd, ended => Remove(id, ended));
        lock (_lock)
        {
            if (!_watches.TryGetValue(id, out var watches))
            {
                _watches[id] = watches = [];
            }

            watches.Add(watch);
        }

        return watch;
    }

    private Task SubscribeAsync()
    {
        lock (_lock)
        {
            if (_subscribing is null or { IsCompleted: true, IsCompletedSuccessfully: false })
            {
                _subscribing = RedisSubscription.OpenAsync(redis, RedisChannel.Literal(channel), (_, message) => Hear(message), CancellationToken.None);
            }

            return _subscribing;
        }
    }

    private void Hear(RedisValue message)
    {
        lock (_lock)
        {
            if (_watches.Count == 0)
            {
                return;
            }

            foreach (var change in JobEvent.ReadAll(message))
            {
                if (_watches.TryGetValue(change.Id, out var watches))
                {
                    watches.ForEach(watch => watch.Hear(change.State));
                }
            }
        }
    }

    private void Remove(JobId id, JobWatch watch)
    {
        lock (_lock)
        {
            var watches = _watches[id];
            watches.Remove(watch);
            if (watches.Count == 0)
            {
                _watches.Remove(id);
            }
        }
    }
}
