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
    private static readonly RedisScript FindScript = RedisScript.Load("Workers", "find");
    private static readonly RedisScript RemoveScript = RedisScript.Load("Workers", "remove");

    private readonly IDatabase _database = redis.GetDatabase();
    private readonly RedisKey _workers = space.Key("workers");
    private readonly RedisKey _bindings = space.Key("worker-type-jobs");

    /// <summary>Notes a sign of life; the first one makes the worker known.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="url">Where it is.</param>
    /// <param name="types">The job types that it consumes.</param>
    /// <param name="interval">The time until its next sign of life; zero for a worker that gives none by itself, and is never silent.</param>
    /// <param name="node">The node that launched it; none when that is not known, which leaves what is known as it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the sign is noted.</returns>
    public Task BeatAsync(
        WorkerId worker, Uri url, IReadOnlyCollection<JobType> types, TimeSpan interval, Uri? node, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        return BeatScript.EvaluateAsync(
            _database,
            [Record(worker), _workers, AtUrl(url.AbsoluteUri)],
            [worker.Value, url.AbsoluteUri, string.Join(',', types), (long)Kept.TotalSeconds, interval.ToMicroseconds(), node?.AbsoluteUri ?? ""],
            cancellationToken);
    }

    /// <summary>Notes that a worker was heard of that does not beat by itself. Others know better, and an unknown one stays unknown.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when this is noted.</returns>
    public async Task TouchAsync(WorkerId worker, CancellationToken cancellationToken)
    {
        if (await FindAsync(worker, cancellationToken).ConfigureAwait(false) is { BeatsByItself: false } known)
        {
            await BeatAsync(worker, known.Url, known.Types, TimeSpan.Zero, node: null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Notes that a worker has ended: it is listed no more, and for a day it can be looked up as gone.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when this is noted.</returns>
    public Task RemoveAsync(WorkerId worker, CancellationToken cancellationToken) =>
        RemoveScript.EvaluateAsync(_database, [Record(worker), _workers], [worker.Value], cancellationToken);

    /// <summary>Forgets all workers, and what their types consume.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when they are forgotten. Those that live are known again with their next sign of life.</returns>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        foreach (var worker in await ListAsync(cancellationToken).ConfigureAwait(false))
        {
            await RedisOutage.MapAsync(
                _database, database => database.KeyDeleteAsync([Record(worker.Id), AtUrl(worker.Url.AbsoluteUri)]), cancellationToken).ConfigureAwait(false);
        }

        await RedisOutage.MapAsync(_database, database => database.KeyDeleteAsync([_workers, _bindings]), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks up a worker.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is known; <see langword="null"/> when nothing is.</returns>
    public async Task<KnownWorker?> FindAsync(WorkerId worker, CancellationToken cancellationToken)
    {
        var answer = await FindScript.EvaluateAsync(_database, [Record(worker)], [], cancellationToken).ConfigureAwait(false);
        if (answer.IsNull)
        {
            return null;
        }

        var fields = (string[])answer!;
        var (beat, interval, now) = (StoreTime.ToTime(fields[2]), StoreTime.ToTime(fields[3]) - DateTimeOffset.UnixEpoch, StoreTime.ToTime(fields[6]));
        return new KnownWorker(
            worker, new Uri(fields[0]), [.. fields[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(JobType.Parse)],
            beat, BeatsByItself: interval > TimeSpan.Zero, IsSilent: (interval > TimeSpan.Zero && now - beat > 3 * interval) || fields[4] == "1")
        {
            NodeUrl = fields[5].Length > 0 ? new Uri(fields[5]) : null,
        };
    }

    /// <summary>Lets the workers of a type consume a job type from their launch on; an earlier one of the worker type is replaced.</summary>
    /// <param name="workerType">The worker type.</param>
    /// <param name="type">The job type.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when this is stored.</returns>
    public Task BindAsync(string workerType, JobType type, CancellationToken cancellationToken) =>
        RedisOutage.MapAsync(_database, database => database.HashSetAsync(_bindings, workerType, type.Value), cancellationToken);

    /// <summary>Tells what job type the workers of a type consume from their launch on.</summary>
    /// <param name="workerType">The worker type.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The job type; <see langword="null"/> when there is none.</returns>
    public async Task<JobType?> FindBoundAsync(string workerType, CancellationToken cancellationToken)
    {
        var bound = await RedisOutage.MapAsync(_database, database => database.HashGetAsync(_bindings, workerType), cancellationToken).ConfigureAwait(false);
        return JobType.TryParse(bound, out var type) ? type : null;
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
/// <param name="BeatsByItself">Whether it gives signs of life by itself; workers in other languages are heard of only when they work or are asked.</param>
/// <param name="IsSilent">Whether three beats in a row are missing, or it has ended.</param>
public sealed record KnownWorker(WorkerId Id, Uri Url, IReadOnlyList<JobType> Types, DateTimeOffset LastBeatAt, bool BeatsByItself, bool IsSilent)
{
    /// <summary>Gets the node that launched it; none when nobody did, or the worker does not tell.</summary>
    public Uri? NodeUrl { get; init; }
}
