using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>The audit log of a cluster: numbered entries that are added and never changed. Only the oldest go, once there are too many.</summary>
/// <remarks>
/// A sorted set and no stream, since Garnet has none. Calls that were refused are numbered along with the others, and limited apart: a
/// flood of them drops none of those that did something. Every method throws <see cref="JobBackendUnavailableException"/> when the server
/// cannot be reached.
/// </remarks>
/// <param name="redis">The connection; it stays the caller's.</param>
/// <param name="space">The keys to use.</param>
public sealed class RedisAuditLog(IConnectionMultiplexer redis, RedisKeySpace space)
{
    private static readonly RedisScript AppendScript = RedisScript.Load("Audit", "append");

    private readonly IDatabase _database = redis.GetDatabase();
    private readonly RedisKey _number = space.Key("audit-number");
    private readonly RedisKey _done = space.Key("audit");
    private readonly RedisKey _refused = space.Key("audit-refused");

    /// <summary>Adds an entry.</summary>
    /// <param name="text">The entry.</param>
    /// <param name="isRefused">Whether it tells of a call that was refused.</param>
    /// <param name="maxEntries">How many entries of its sort to keep, 1 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the entry is kept.</returns>
    public Task AppendAsync(string text, bool isRefused, int maxEntries, CancellationToken cancellationToken) => AppendScript.EvaluateAsync(
        _database, [isRefused ? _refused : _done, _number], [text, -(long)maxEntries - 1], cancellationToken);

    /// <summary>Reads entries of both sorts, the newest first.</summary>
    /// <param name="before">The number before which to begin; <see langword="null"/> for the newest.</param>
    /// <param name="count">How many to read at most, 1 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The entries; fewer than <paramref name="count"/> when there are no more.</returns>
    public async Task<IReadOnlyList<AuditLine>> ReadAsync(long? before, int count, CancellationToken cancellationToken)
    {
        var both = await Task.WhenAll(ReadAsync(_done, before, count, cancellationToken), ReadAsync(_refused, before, count, cancellationToken))
            .ConfigureAwait(false);
        return [.. both.SelectMany(lines => lines).OrderByDescending(line => line.Number).Take(count)];
    }

    private async Task<IEnumerable<AuditLine>> ReadAsync(RedisKey key, long? before, int count, CancellationToken cancellationToken)
    {
        var lines = await RedisOutage.MapAsync(
            _database,
            database => database.SortedSetRangeByScoreWithScoresAsync(
                key, stop: before - 1 ?? double.PositiveInfinity, order: Order.Descending, take: count),
            cancellationToken).ConfigureAwait(false);
        return lines.Select(line => new AuditLine((long)line.Score, ((string)line.Element!).Split(' ', 2)[1]));
    }
}

/// <summary>An entry of the audit log.</summary>
/// <param name="Number">Its number, larger than that of each entry before it.</param>
/// <param name="Text">What was added.</param>
public sealed record AuditLine(long Number, string Text);
