using StackExchange.Redis;

namespace Mindtrace.Benchmarks;

/// <summary>Two lists: a message moves from the one that waits to the one in hand, and leaves that when acknowledged.</summary>
internal sealed class BareRedisQueue(ConnectionMultiplexer redis) : IBareQueue
{
    private static readonly RedisChannel Published = RedisChannel.Literal("bare:published");

    private readonly RedisKey _waiting = "bare:waiting";
    private readonly RedisKey _held = "bare:held";
    private readonly IDatabase _database = redis.GetDatabase();
    private readonly SemaphoreSlim _available = new(0);
    private readonly CancellationTokenSource _stop = new();
    private Task _consuming = Task.CompletedTask;

    public Task PublishAsync(byte[] body, CancellationToken cancellationToken) =>
        Task.WhenAll(_database.ListRightPushAsync(_waiting, body), _database.PublishAsync(Published, ""));

    public async Task ConsumeAsync(Func<ReadOnlyMemory<byte>, Task> handleAsync, CancellationToken cancellationToken)
    {
        await _database.KeyDeleteAsync([_waiting, _held]);
        await redis.GetSubscriber().SubscribeAsync(Published, (_, _) => _available.Release());
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
            var message = await _database.ListMoveAsync(_waiting, _held, ListSide.Left, ListSide.Right);
            await handleAsync((byte[])message!);
            await _database.ListRemoveAsync(_held, message, count: 1);
        }
    }
}
