using StackExchange.Redis;

namespace Mindtrace.Benchmarks;

/// <summary>Two lists: a message moves from the one that waits to the one in hand, and leaves that when acknowledged.</summary>
internal sealed class BareRedisQueue(ConnectionMultiplexer redis) : IBareQueue
{
    private readonly string _name = $"bare:{Guid.NewGuid():N}";
    private readonly IDatabase _database = redis.GetDatabase();
    private readonly SemaphoreSlim _available = new(0);
    private readonly CancellationTokenSource _stop = new();
    private Task _consuming = Task.CompletedTask;

    private RedisKey Waiting => _name + ":waiting";

    private RedisKey Held => _name + ":held";

    private RedisChannel Published => RedisChannel.Literal(_name);

    public Task PublishAsync(byte[] body, CancellationToken cancellationToken) =>
        Task.WhenAll(_database.ListRightPushAsync(Waiting, body), _database.PublishAsync(Published, ""));

    public async Task ConsumeAsync(Func<ReadOnlyMemory<byte>, Task> handleAsync, CancellationToken cancellationToken)
    {
        await redis.GetSubscriber().SubscribeAsync(Published, (_, _) => _available.Release());
        var already = (int)await _database.ListLengthAsync(Waiting);
        if (already > 0)
        {
            _available.Release(already);
        }

        _consuming = Task.WhenAll(Enumerable.Range(0, EchoLoad.Concurrency).Select(_ => ConsumeAsync(handleAsync)));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _consuming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _available.Dispose();
    }

    private async Task ConsumeAsync(Func<ReadOnlyMemory<byte>, Task> handleAsync)
    {
        while (true)
        {
            await _available.WaitAsync(_stop.Token);
            var message = await _database.ListMoveAsync(Waiting, Held, ListSide.Left, ListSide.Right);
            if (!message.IsNull)
            {
                await handleAsync((byte[])message!);
                await _database.ListRemoveAsync(Held, message, count: 1);
            }
        }
    }
}
