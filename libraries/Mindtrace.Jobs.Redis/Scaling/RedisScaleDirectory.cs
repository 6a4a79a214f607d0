using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>How many workers there are to be of which worker type, and how far this is. What it says is the manager's.</summary>
/// <remarks>Every method throws <see cref="JobBackendUnavailableException"/> when the server cannot be reached.</remarks>
/// <param name="redis">The connection; it stays the caller's.</param>
/// <param name="space">The keys to use.</param>
public sealed class RedisScaleDirectory(IConnectionMultiplexer redis, RedisKeySpace space)
{
    private static readonly RedisScript ListScript = RedisScript.Load("Scaling", "list");
    private static readonly RedisScript AdvanceScript = RedisScript.Load("Scaling", "advance");

    private readonly IDatabase _database = redis.GetDatabase();
    private readonly RedisKey[] _keys = [space.Key("scales"), space.Key("scale-states")];

    /// <summary>Keeps a scale; an earlier one of the worker type is replaced, and its state stays.</summary>
    /// <param name="workerType">The worker type.</param>
    /// <param name="scale">The scale.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is kept.</returns>
    public Task SaveAsync(string workerType, string scale, CancellationToken cancellationToken) =>
        RedisOutage.MapAsync(_database, database => database.HashSetAsync(_keys[0], workerType, scale), cancellationToken);

    /// <summary>Forgets a scale and its state.</summary>
    /// <param name="workerType">The worker type.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there was one.</returns>
    public Task<bool> RemoveAsync(string workerType, CancellationToken cancellationToken) => RedisOutage.MapAsync(
        _database,
        async database =>
        {
            var removed = await database.HashDeleteAsync(_keys[0], workerType).ConfigureAwait(false);
            await database.HashDeleteAsync(_keys[1], workerType).ConfigureAwait(false);
            return removed;
        },
        cancellationToken);

    /// <summary>Lists the scales.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The scales, by worker type, and the server's time.</returns>
    public async Task<(IReadOnlyList<KnownScale> Scales, DateTimeOffset Now)> ListAsync(CancellationToken cancellationToken)
    {
        var answer = (string[])(await ListScript.EvaluateAsync(_database, _keys, [], cancellationToken).ConfigureAwait(false))!;
        var scales = answer.Skip(1).Chunk(3).Select(scale => new KnownScale(scale[0], scale[1], scale[2]));
        return ([.. scales.OrderBy(scale => scale.WorkerType, StringComparer.Ordinal)], StoreTime.ToTime(answer[0]));
    }

    /// <summary>Changes the state of a scale, if nobody has changed scale or state since they were seen. So one of several managers acts.</summary>
    /// <param name="seen">The scale as it was seen.</param>
    /// <param name="state">The state from now on.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The scale as it is now; <see langword="null"/> when others were first.</returns>
    public async Task<KnownScale?> AdvanceAsync(KnownScale seen, string state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(seen);
        var advanced = (bool)await AdvanceScript.EvaluateAsync(
            _database, _keys, [seen.WorkerType, seen.Scale, seen.State, state], cancellationToken).ConfigureAwait(false);
        return advanced ? seen with { State = state } : null;
    }
}

/// <summary>A scale as the server keeps it.</summary>
/// <param name="WorkerType">The worker type.</param>
/// <param name="Scale">How many workers there are to be.</param>
/// <param name="State">How far this is; empty when nobody has looked at it yet.</param>
public sealed record KnownScale(string WorkerType, string Scale, string State);
