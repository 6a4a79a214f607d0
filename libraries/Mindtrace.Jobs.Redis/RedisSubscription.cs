using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>Listens to a channel until it is disposed. What is said while the connection is down is missed.</summary>
internal sealed class RedisSubscription : IAsyncDisposable
{
    private readonly Action _unsubscribe;

    private RedisSubscription(Action unsubscribe) => _unsubscribe = unsubscribe;

    /// <exception cref="JobBackendUnavailableException">The server cannot be reached.</exception>
    public static async Task<IAsyncDisposable> OpenAsync(
        IConnectionMultiplexer redis, RedisChannel channel, Action<RedisChannel, RedisValue> onMessage, CancellationToken cancellationToken)
    {
        var subscriber = redis.GetSubscriber();
        await RedisOutage.MapAsync(
            redis.GetDatabase(),
            async _ =>
            {
                await subscriber.SubscribeAsync(channel, onMessage).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        return new RedisSubscription(() => subscriber.Unsubscribe(channel, onMessage, CommandFlags.FireAndForget));
    }

    public ValueTask DisposeAsync()
    {
        _unsubscribe();
        return ValueTask.CompletedTask;
    }
}
