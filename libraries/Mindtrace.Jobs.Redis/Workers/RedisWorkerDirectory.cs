using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>The workers of a cluster, kept by their heartbeats on the server's clock. A worker not heard of for a day is forgotten.</summary>
/// <remarks>Every method throws <see cref="JobBackendUnavailableException"/> when the server cannot be reached.</remarks>
/// <param name="redis">The connection; it stays the caller's.</param>
/// <param name="space">The keys to use.</param>
public sealed class RedisWorkerDirectory(IConnectionMultiplexer redis, RedisKeySpace space)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private static readonly RedisScript BeatScript = RedisScript.Load("Workers", "beat");

    private readonly IDatabase _database = redis.GetDatabase();
    private readonly RedisKey _workers = space.Key("workers");

    /// <summary>Notes a sign of life; the first one makes the worker known.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="url">Where it is.</param>
    /// <param name="types">The job types that it consumes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the sign is noted.</returns>
    public Task BeatAsync(WorkerId worker, Uri url, IReadOnlyCollection<JobType> types, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        return BeatScript.EvaluateAsync(
            _database,
            [Record(worker), _workers, AtUrl(url.AbsoluteUri)],
            [worker.Value, url.AbsoluteUri, string.Join(',', types), (long)Kept.TotalSeconds],
            cancellationToken);
    }

    /// <summary>Forgets a worker that has ended.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the worker is forgotten.</returns>
    public Task RemoveAsync(WorkerId worker, CancellationToken cancellationToken) => RedisOutage.MapAsync(
        _database,
        async database =>
        {
            await database.KeyDeleteAsync(Record(worker)).ConfigureAwait(false);
            return await database.SortedSetRemoveAsync(_workers, worker.Value).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Looks up a worker.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is known; <see langword="null"/> when nothing is.</returns>
    public async Task<KnownWorker?> FindAsync(WorkerId worker, CancellationToken cancellationToken)
    {
        var fields = await RedisOutage.MapAsync(
            _database, database => database.HashGetAsync(Record(worker), ["url", "types", "beat"]), cancellationToken).ConfigureAwait(false);
        return fields[0].IsNull
            ? null
            : new KnownWorker(
                worker, new Uri(fields[0]!),
                [.. ((string)fields[1]!).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(JobType.Parse)],
                StoreTime.ToTime((long)fields[2]));
    }

    /// <summary>Looks up the worker at a URL, with or without trailing slash.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is known; <see langword="null"/> when nothing is.</returns>
    public async Task<KnownWorker?> FindByUrlAsync(string url, CancellationToken cancellationToken)
    {
        var id = await RedisOutage.MapAsync(_database, database => database.StringGetAsync(AtUrl(url)), cancellationToken).ConfigureAwait(false);
        return id.IsNull ? null : await FindAsync(WorkerId.Parse(id!), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists the workers, the one heard of last first.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The workers.</returns>
    public async Task<IReadOnlyList<KnownWorker>> ListAsync(CancellationToken cancellationToken)
    {
        var ids = await RedisOutage.MapAsync(
            _database, database => database.SortedSetRangeByRankAsync(_workers, order: Order.Descending), cancellationToken).ConfigureAwait(false);
        var workers = await Task.WhenAll(ids.Select(id => FindAsync(WorkerId.Parse(id!), cancellationToken))).ConfigureAwait(false);
        return [.. workers.OfType<KnownWorker>()];
    }

    private RedisKey Record(WorkerId worker) => space.Key($"worker:{worker}");

    private RedisKey AtUrl(string url) => space.Key($"worker-at:{url.TrimEnd('/')}");
}

/// <summary>What is known of a worker.</summary>
/// <param name="Id">The worker.</param>
/// <param name="Url">Where it is.</param>
/// <param name="Types">The job types that it consumes.</param>
/// <param name="LastBeatAt">When it was last heard of, by the server's clock.</param>
public sealed record KnownWorker(WorkerId Id, Uri Url, IReadOnlyList<JobType> Types, DateTimeOffset LastBeatAt);
