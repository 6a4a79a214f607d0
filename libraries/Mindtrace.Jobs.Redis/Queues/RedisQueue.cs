using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>One queue on the server: the calls of its scripts, each of which is one atomic step.</summary>
/// <param name="redis">The connection.</param>
/// <param name="keySpace">The keys' common prefix.</param>
/// <param name="name">The queue.</param>
/// <param name="lease">How long a taken message stays taken without renewal.</param>
/// <param name="storeClock">The clock of leases; <see langword="null"/> for the server's, which all consumers share.</param>
internal sealed class RedisQueue(
    IConnectionMultiplexer redis, RedisKeySpace keySpace, JobType name, TimeSpan lease, TimeProvider? storeClock)
{
    /// <summary>The most ids that one call may carry, bound by Lua's stack: see <c>queue.lua</c>.</summary>
    public const int Batch = 500;

    private static readonly RedisScript DeclareScript = Load("declare");
    private static readonly RedisScript PublishScript = Load("publish");
    private static readonly RedisScript TakeScript = Load("take");
    private static readonly RedisScript RenewScript = Load("renew");
    private static readonly RedisScript CountScript = Load("count");
    private static readonly RedisScript PurgeScript = Load("purge");
    private static readonly RedisScript DeleteScript = Load("delete");

    private readonly IDatabase _database = redis.GetDatabase();
    private readonly RedisChannel _channel = RedisChannel.Literal($"{keySpace.Prefix}queue:{name}:wake");
    private readonly RedisKey[] _keys =
        [keySpace.Key($"queue:{name}"), keySpace.Key($"queue:{name}:ready"), keySpace.Key($"queue:{name}:held")];

    public JobType Name { get; } = name;

    public Task DeclareAsync(QueueOrder order, CancellationToken cancellationToken)
    {
        var text = order switch
        {
            QueueOrder.Fifo => "fifo",
            QueueOrder.Stack => "stack",
            QueueOrder.Priority => "priority",
            _ => throw new ArgumentOutOfRangeException(nameof(order), order, "There is no such order."),
        };
        return RunAsync(DeclareScript, [text], cancellationToken);
    }

    public Task PublishAsync(IEnumerable<(int Priority, byte[] Stored)> messages, CancellationToken cancellationToken)
    {
        RedisValue[] values = [.. messages.SelectMany(message => new RedisValue[] { message.Priority, message.Stored })];
        return RunDeclaredAsync(PublishScript, values, cancellationToken);
    }

    /// <summary>Settles deliveries, then takes up to <paramref name="room"/> messages.</summary>
    /// <returns>The messages in order. One that is unreadable has no <see cref="TakenMessage.Message"/>.</returns>
    /// <exception cref="JobQueueNotFoundException">There is no such queue, so nothing that could be settled.</exception>
    public async Task<TakenMessage[]> TakeAsync(
        int room,
        IReadOnlyCollection<DeliveryKey> acknowledged,
        IReadOnlyCollection<DeliveryKey> returned,
        CancellationToken cancellationToken)
    {
        var reply = (RedisResult[])(await RunDeclaredAsync(
            TakeScript,
            [LeaseMilliseconds, room, acknowledged.Count, returned.Count, .. Values(acknowledged), .. Values(returned)],
            cancellationToken).ConfigureAwait(false))!;

        var taken = new TakenMessage[reply.Length / 3];
        for (var i = 0; i < taken.Length; i++)
        {
            var key = new DeliveryKey((string)reply[3 * i]!, (int)reply[(3 * i) + 1]);
            taken[i] = new(key, RedisMessageFormat.TryRead(Name, (byte[])reply[(3 * i) + 2]!, out var message) ? message : null);
        }

        return taken;
    }

    public Task RenewAsync(IReadOnlyCollection<DeliveryKey> held, CancellationToken cancellationToken) =>
        RunAsync(RenewScript, [LeaseMilliseconds, held.Count, .. Values(held)], cancellationToken);

    public async Task<long> CountAsync(CancellationToken cancellationToken) =>
        (long)await RunDeclaredAsync(CountScript, [], cancellationToken).ConfigureAwait(false);

    public async Task<long> PurgeAsync(CancellationToken cancellationToken) =>
        (long)await RunDeclaredAsync(PurgeScript, [], cancellationToken).ConfigureAwait(false);

    public Task DeleteAsync(CancellationToken cancellationToken) => RunAsync(DeleteScript, [], cancellationToken);

    /// <summary>Calls <paramref name="wake"/> when messages begin to wait, or the queue is declared, until it is unsubscribed.</summary>
    public async Task SubscribeAsync(Action<RedisChannel, RedisValue> wake, CancellationToken cancellationToken)
    {
        try
        {
            await redis.GetSubscriber().SubscribeAsync(_channel, wake).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (RedisOutage.Caused(fault))
        {
            throw RedisOutage.Of(redis, fault);
        }
    }

    public Task UnsubscribeAsync(Action<RedisChannel, RedisValue> wake) =>
        redis.GetSubscriber().UnsubscribeAsync(_channel, wake, CommandFlags.FireAndForget);

    private RedisValue LeaseMilliseconds => (long)lease.TotalMilliseconds;

    private static RedisScript Load(string script) => RedisScript.Load("Queues", "queue", script);

    private static IEnumerable<RedisValue> Values(IEnumerable<DeliveryKey> deliveries) =>
        deliveries.SelectMany(delivery => new RedisValue[] { delivery.Id, delivery.Returns });

    private async Task<RedisResult> RunDeclaredAsync(RedisScript script, RedisValue[] values, CancellationToken cancellationToken)
    {
        var reply = await RunAsync(script, values, cancellationToken).ConfigureAwait(false);
        return reply.IsNull ? throw new JobQueueNotFoundException(Name) : reply;
    }

    private Task<RedisResult> RunAsync(RedisScript script, RedisValue[] values, CancellationToken cancellationToken)
    {
        RedisValue now = storeClock is null ? "" : storeClock.GetUtcNow().ToUnixTimeMilliseconds();
        return script.EvaluateAsync(_database, _keys, [(string)_channel!, now, .. values], cancellationToken);
    }
}

/// <summary>Names one delivery: the message, and how often it had come back when it was handed out.</summary>
internal readonly record struct DeliveryKey(string Id, int Returns);

/// <summary>A message that was taken; <see langword="null"/> where its bytes are none.</summary>
internal readonly record struct TakenMessage(DeliveryKey Key, JobMessage? Message);
