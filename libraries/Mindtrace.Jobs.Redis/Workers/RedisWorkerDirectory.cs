using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>The workers of a cluster, kept by their heartbeats on the server's clock. A worker not heard of for a day is forgotten.</summary>
/// <remarks>Every method throws <see cref="JobBackendUnavailableException"/> when the server cannot be reached.</remarks>
/// <param name="redis">The connection; it stays the caller's.</param>
/// <param name="space">The keys to use.</param>
public sealed class RedisWorkerDirectory(IConnectionMultiplexer redis, RedisKeySpace space)
{
    private const int FieldsOfAWorker = 8;

    // So many that a list of all takes few calls, and so few that none of them holds the server up.
    private const int WorkersOfACall = 500;

    private const string Nowhere = "";

    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private static readonly RedisScript BeatScript = RedisScript.Load("Workers", "drained", "beat");
    private static readonly RedisScript FindScript = RedisScript.Load("Workers", "drained", "find");
    private static readonly RedisScript RemoveScript = RedisScript.Load("Workers", "remove");
    private static readonly RedisScript DrainScript = RedisScript.Load("Workers", "drain");
    private static readonly RedisScript ResumeScript = RedisScript.Load("Workers", "resume");
    private static readonly RedisScript LetGoScript = RedisScript.Load("Workers", "drained", "let_go");

    private readonly IDatabase _database = redis.GetDatabase();
    private readonly RedisKey _workers = space.Key("workers");
    private readonly RedisKey _bindings = space.Key("worker-type-jobs");
    private readonly OrderKeys _orders = new(space);

    /// <summary>Notes a sign of life; the first one makes the worker known.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="url">Where it is.</param>
    /// <param name="types">The job types that it consumes.</param>
    /// <param name="interval">The time until its next sign of life; zero for a worker that gives none by itself, and is never silent.</param>
    /// <param name="origin">Who launched it; none when that is not known, which leaves what is known as it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was ordered about its work.</returns>
    public Task<WorkerOrders> BeatAsync(
        WorkerId worker, Uri url, IReadOnlyCollection<JobType> types, TimeSpan interval, WorkerOrigin? origin, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        return BeatAsync(worker, url.AbsoluteUri, types, interval, origin, cancellationToken);
    }

    /// <summary>Notes that a worker asks for jobs of a type. One that has no address is known from then on, by its calls; of others their beats tell more.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="type">The job type, beside those that it asked for before.</param>
    /// <param name="interval">The time until its next call; after three without one it is silent.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it is to take no jobs, since it is drained.</returns>
    public async Task<bool> PollAsync(WorkerId worker, JobType type, TimeSpan interval, CancellationToken cancellationToken)
    {
        var known = await FindAsync(worker, cancellationToken).ConfigureAwait(false);
        if (known is { Url: not null })
        {
            await TouchAsync(known, cancellationToken).ConfigureAwait(false);
            return known.Drain is not null;
        }

        JobType[] types = [.. (known is { IsSilent: false } ? known.Types : []).Append(type).Distinct()];
        return (await BeatAsync(worker, Nowhere, types, interval, origin: null, cancellationToken).ConfigureAwait(false)).IsDrained;
    }

    private async Task<WorkerOrders> BeatAsync(
        WorkerId worker, string url, IReadOnlyCollection<JobType> types, TimeSpan interval, WorkerOrigin? origin, CancellationToken cancellationToken)
    {
        var answer = (string[])(await BeatScript.EvaluateAsync(
            _database,
            [Record(worker), _workers, AtUrl(url), _orders.DrainedNodes, _orders.PausedTypes],
            [worker.Value, url, string.Join(',', types), (long)Kept.TotalSeconds, interval.ToMicroseconds(), origin?.NodeUrl.AbsoluteUri ?? "", origin?.WorkerType ?? ""],
            cancellationToken).ConfigureAwait(false))!;
        var drain = Drain.Read(answer[0]);
        return new WorkerOrders(drain is not null, drain?.Deadline - StoreTime.ToTime(answer[1]), [.. answer[2..].Select(JobType.Parse)]);
    }

    /// <summary>Notes that a worker was heard of that does not beat by itself, or has no address. Others know better, and an unknown one stays unknown.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when this is noted.</returns>
    public async Task TouchAsync(WorkerId worker, CancellationToken cancellationToken)
    {
        if (await FindAsync(worker, cancellationToken).ConfigureAwait(false) is { } known)
        {
            await TouchAsync(known, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task TouchAsync(KnownWorker known, CancellationToken cancellationToken) => known is { Url: not null, BeatsByItself: true }
        ? Task.CompletedTask
        : BeatAsync(known.Id, known.Url?.AbsoluteUri ?? Nowhere, known.Types, known.BeatInterval, origin: null, cancellationToken);

    /// <summary>Notes that a worker has ended: it is listed no more, and for a day it can be looked up as gone.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when this is noted.</returns>
    public Task RemoveAsync(WorkerId worker, CancellationToken cancellationToken) =>
        RemoveScript.EvaluateAsync(_database, [Record(worker), _workers], [worker.Value], cancellationToken);

    /// <summary>Has a worker take no more jobs, and end when it has finished those that it runs. A drain that stands is replaced.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="timeout">How long its jobs may take; then they are given back. None for as long as they need.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it is to be drained; false when it is unknown or has ended.</returns>
    public async Task<bool> DrainAsync(WorkerId worker, TimeSpan? timeout, CancellationToken cancellationToken) => (bool)await DrainScript.EvaluateAsync(
        _database, [Record(worker)], [worker.Value, timeout?.ToMicroseconds() ?? RedisValue.EmptyString, _orders.Channel], cancellationToken).ConfigureAwait(false);

    /// <summary>Takes a worker's own drain back. That of its node stands.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the worker goes on; false when it is unknown, has ended, or was let go: then it ends.</returns>
    public async Task<bool> ResumeAsync(WorkerId worker, CancellationToken cancellationToken) =>
        (bool)await ResumeScript.EvaluateAsync(_database, [Record(worker)], [worker.Value, _orders.Channel], cancellationToken).ConfigureAwait(false);

    /// <summary>Asks whether a worker that has nothing left to run is to end. It is so in the same step: nobody can resume it any more.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it is to end; false when it is not drained any more.</returns>
    public async Task<bool> LetGoAsync(WorkerId worker, CancellationToken cancellationToken) =>
        (bool)await LetGoScript.EvaluateAsync(_database, [Record(worker), _workers, _orders.DrainedNodes], [worker.Value], cancellationToken).ConfigureAwait(false);

    /// <summary>Listens for orders that concern a worker. Those that are missed are seen with the next sign of life.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="node">The node that launched it, if one did.</param>
    /// <param name="onOrder">Called after each; must not block.</param>
    /// <param name="cancellationToken">Ends the wait for the start of the listening.</param>
    /// <returns>Dispose it to stop listening.</returns>
    public Task<IAsyncDisposable> ListenForOrdersAsync(WorkerId worker, Uri? node, Action onOrder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(onOrder);
        return RedisSubscription.OpenAsync(redis, RedisChannel.Literal(_orders.Channel), Read, cancellationToken);

        void Read(RedisChannel channel, RedisValue message)
        {
            var concerned = ((string)message!).Split(' ', 2) switch
            {
                ["worker", var id] => id == worker.Value,
                ["node", var url] => url == node?.AbsoluteUri,
                _ => true,
            };
            if (concerned)
            {
                onOrder();
            }
        }
    }

    /// <summary>Forgets all workers, and what their types consume.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when they are forgotten. Those that live are known again with their next sign of life.</returns>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        foreach (var worker in await ListAsync(cancellationToken).ConfigureAwait(false))
        {
            await RedisOutage.MapAsync(
                _database, database => database.KeyDeleteAsync([Record(worker.Id), AtUrl(worker.Url?.AbsoluteUri ?? Nowhere)]), cancellationToken).ConfigureAwait(false);
        }

        await RedisOutage.MapAsync(_database, database => database.KeyDeleteAsync([_workers, _bindings]), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks up a worker.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is known; <see langword="null"/> when nothing is.</returns>
    public async Task<KnownWorker?> FindAsync(WorkerId worker, CancellationToken cancellationToken) =>
        (await FindAsync([worker], cancellationToken).ConfigureAwait(false)).SingleOrDefault();

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
        var chunks = await Task.WhenAll(ids.Select(id => WorkerId.Parse(id!)).Chunk(WorkersOfACall).Select(chunk => FindAsync(chunk, cancellationToken))).ConfigureAwait(false);
        return [.. chunks.SelectMany(chunk => chunk)];
    }

    /// <summary>Reads what is known of workers; those that are not known are left out.</summary>
    private async Task<IReadOnlyList<KnownWorker>> FindAsync(WorkerId[] workers, CancellationToken cancellationToken)
    {
        var answer = (string[])(await FindScript.EvaluateAsync(
            _database, [_orders.DrainedNodes, .. workers.Select(Record)], [], cancellationToken).ConfigureAwait(false))!;
        var now = StoreTime.ToTime(answer[0]);
        return [.. answer.Skip(1).Chunk(FieldsOfAWorker).Zip(workers, (fields, worker) => Read(worker, fields, now)).OfType<KnownWorker>()];
    }

    private static KnownWorker? Read(WorkerId worker, string[] fields, DateTimeOffset now)
    {
        if (fields[2].Length == 0)
        {
            return null;
        }

        var (beat, interval) = (StoreTime.ToTime(fields[2]), StoreTime.ToTime(fields[3]) - DateTimeOffset.UnixEpoch);
        return new KnownWorker(
            worker, fields[0].Length > 0 ? new Uri(fields[0]) : null, [.. fields[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(JobType.Parse)],
            beat, interval, IsSilent: (interval > TimeSpan.Zero && now - beat > 3 * interval) || fields[4].Length > 0)
        {
            HasEnded = fields[4].Length > 0,
            NodeUrl = fields[5].Length > 0 ? new Uri(fields[5]) : null,
            Drain = Drain.Read(fields[6]),
            WorkerType = fields[7].Length > 0 ? fields[7] : null,
        };
    }

    private RedisKey Record(WorkerId worker) => space.Key($"worker:{worker}");

    private RedisKey AtUrl(string url) => space.Key($"worker-at:{url.TrimEnd('/')}");
}

/// <summary>What is known of a worker.</summary>
/// <param name="Id">The worker.</param>
/// <param name="Url">Where it is; none when it has no address, and only calls.</param>
/// <param name="Types">The job types that it consumes.</param>
/// <param name="LastBeatAt">When it was last heard of, by the server's clock.</param>
/// <param name="BeatInterval">The time between two signs of life; zero for workers in other languages that are heard of only when they work or are asked.</param>
/// <param name="IsSilent">Whether three beats in a row are missing, or it has ended.</param>
public sealed record KnownWorker(WorkerId Id, Uri? Url, IReadOnlyList<JobType> Types, DateTimeOffset LastBeatAt, TimeSpan BeatInterval, bool IsSilent)
{
    /// <summary>Gets whether it gives signs of life by itself.</summary>
    public bool BeatsByItself => BeatInterval > TimeSpan.Zero;

    /// <summary>Gets whether it is known to have ended.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Gets the node that launched it; none when nobody did, or the worker does not tell.</summary>
    public Uri? NodeUrl { get; init; }

    /// <summary>Gets the worker type that it was launched as; none when nobody launched it, or it does not tell.</summary>
    public string? WorkerType { get; init; }

    /// <summary>Gets its drain, or that of its node; none when it may take jobs.</summary>
    public Drain? Drain { get; init; }
}
