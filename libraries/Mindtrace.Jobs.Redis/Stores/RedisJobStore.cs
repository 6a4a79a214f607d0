using System.Runtime.CompilerServices;
using System.Text.Json;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>The job store on Redis, or a server that speaks its protocol. Each transition is one Lua script: one atomic step.</summary>
/// <remarks>
/// A job is a hash of small fields (status, times, counters, token), and strings of their own for the job itself, its output and its
/// error. Sorted sets are the indexes. The rules are those of <see cref="JobStateMachine"/>, and the tests hold the scripts to it.
/// </remarks>
public sealed partial class RedisJobStore : IJobStore
{
    // Pub/sub may lose an event while a connection is rebuilt: a watcher looks again after this long without one.
    private static readonly TimeSpan SafetyLookInterval = TimeSpan.FromSeconds(15);

    // Enough to save round trips; few enough for the server to serve others in between, should each have a payload of the largest size.
    private const int ReadTogether = 20;

    private static readonly RedisScript SubmitScript = RedisScript.Load("Stores", "clock", "accept", "submit");
    private static readonly RedisScript FindScript = RedisScript.Load("Stores", "find");
    private static readonly RedisScript CancelScript = RedisScript.Load("Stores", "clock", "record", "one", "cancel");
    private static readonly RedisScript RequeueScript = RedisScript.Load("Stores", "clock", "record", "one", "requeue");
    private static readonly RedisScript FreeKeyScript = RedisScript.Load("Stores", "free_key");
    private static readonly RedisScript DiscardScript = RedisScript.Load("Stores", "clock", "record", "one", "discard");

    private readonly IConnectionMultiplexer _redis;
    private readonly IDatabase _database;
    private readonly JobKeys _keys;
    private readonly JobWatches _watches;
    private readonly TimeProvider? _clock;

    /// <summary>Initializes a new instance of the <see cref="RedisJobStore"/> class.</summary>
    /// <param name="redis">The connection; it stays the caller's.</param>
    /// <param name="space">The keys to use.</param>
    public RedisJobStore(IConnectionMultiplexer redis, RedisKeySpace space)
        : this(redis, space, clock: null)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="RedisJobStore"/> class on a clock of a test's, in place of the server's.</summary>
    internal RedisJobStore(IConnectionMultiplexer redis, RedisKeySpace space, TimeProvider? clock)
    {
        ArgumentNullException.ThrowIfNull(redis);
        ArgumentNullException.ThrowIfNull(space);
        (_redis, _database, _keys, _clock) = (redis, redis.GetDatabase(), new JobKeys(space), clock);
        _watches = new JobWatches(redis, _keys.EventsChannel);
        _claims = new CallBatcher<Claim, ClaimResult>(ClaimAsync);
        _finishes = new CallBatcher<Finish, bool>(FinishAsync);
    }

    private RedisValue Now => _clock is null ? "" : _clock.GetUtcNow().ToMicroseconds();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SubmitResult>> SubmitAsync(IReadOnlyList<Job> jobs, TimeSpan hold, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        var call = SubmitCall.Of(_keys, jobs, Now, hold);
        var answers = (RedisResult[])(await SubmitScript.EvaluateAsync(_database, [.. call.Keys], [.. call.Values], cancellationToken).ConfigureAwait(false))!;
        return await ReadSubmitAsync(jobs, answers, hold, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads what submit.lua answers.</summary>
    private async Task<IReadOnlyList<SubmitResult>> ReadSubmitAsync(
        IReadOnlyList<Job> jobs, RedisResult[] answers, TimeSpan hold, CancellationToken cancellationToken)
    {
        var results = new SubmitResult[jobs.Count];
        for (var i = 0; i < jobs.Count; i++)
        {
            results[i] = answers[i].IsNull ? await KnownAsync(jobs[i], jobs[i].Id, hold, cancellationToken).ConfigureAwait(false)
                : answers[i].Resp2Type == ResultType.Array ? Accepted(jobs[i], (string[])answers[i]!)
                : await KnownAsync(jobs[i], JobId.Parse((string)answers[i]!), hold, cancellationToken).ConfigureAwait(false);
        }

        return results;
    }

    /// <summary>Answers for a job whose id is known, or whose unique key is held. If the holder is gone by now, the job is accepted after all.</summary>
    private async Task<SubmitResult> KnownAsync(Job job, JobId known, TimeSpan hold, CancellationToken cancellationToken)
    {
        var record = await FindAsync(known, cancellationToken).ConfigureAwait(false);
        if (record is not null && (known == job.Id || record.UniqueKey is not null))
        {
            return new SubmitResult(record, IsNew: false, Ticket: null);
        }

        await FreeKeyAsync(job, known, cancellationToken).ConfigureAwait(false);
        return (await SubmitAsync([job], hold, cancellationToken).ConfigureAwait(false))[0];
    }

    private async Task FreeKeyAsync(Job job, JobId holder, CancellationToken cancellationToken) => await FreeKeyScript.EvaluateAsync(
        _database, [_keys.UniqueKeys, _keys.Record(holder)], [JobKeys.UniqueField(job), holder.Value], cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<JobRecord?> FindAsync(JobId id, CancellationToken cancellationToken) => (await FindAsync([id], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Reads jobs, in the order of their ids; <see langword="null"/> for each that is unknown.</summary>
    private async Task<IReadOnlyList<JobRecord?>> FindAsync(IEnumerable<JobId> ids, CancellationToken cancellationToken)
    {
        var chunks = await Task.WhenAll(ids.Chunk(ReadTogether).Select(FindAsync)).ConfigureAwait(false);
        return [.. chunks.SelectMany(chunk => chunk)];

        async Task<IEnumerable<JobRecord?>> FindAsync(JobId[] some)
        {
            RedisKey[] keys =
            [
                _keys.Dispatch,
                .. some.SelectMany(id => new[]
                {
                    _keys.Record(id), _keys.Body(id), _keys.Output(id), _keys.Error(id), _keys.Attempts(id), _keys.Provenance(id),
                }),
            ];
            var answers = (RedisResult[])(await FindScript.EvaluateAsync(
                _database, keys, [.. some.Select(id => (RedisValue)id.Value)], cancellationToken).ConfigureAwait(false))!;
            return answers.Select(JobRecordReader.Read);
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<JobRecord> WatchAsync(JobId id, CancellationToken cancellationToken) => WatchAsync(id, onlyEnd: false, cancellationToken);

    /// <inheritdoc/>
    public async Task<JobRecord?> WaitForEndAsync(JobId id, CancellationToken cancellationToken) =>
        await WatchAsync(id, onlyEnd: true, cancellationToken).LastOrDefaultAsync(cancellationToken).ConfigureAwait(false);

    private async IAsyncEnumerable<JobRecord> WatchAsync(JobId id, bool onlyEnd, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watch = await _watches.OpenAsync(id, onlyEnd, cancellationToken).ConfigureAwait(false);
        while (await FindAsync(id, cancellationToken).ConfigureAwait(false) is { } record)
        {
            yield return record;
            if (record.State.IsFinal())
            {
                yield break;
            }

            await watch.WaitAsync(SafetyLookInterval, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<CancelAnswer> CancelAsync(JobId id, CancellationToken cancellationToken) =>
        await ChangeAsync(CancelScript, id, cancellationToken, _keys.StopsChannelPrefix, JobStateMachine.CancelledReason).ConfigureAwait(false) is { } answer
            ? Parse<CancelAnswer>(answer)
            : CancelAnswer.Unknown;

    /// <inheritdoc/>
    public async Task<RequeueResult> RequeueAsync(JobId id, JsonElement? payload, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is not { Job: var job })
        {
            return new RequeueResult(RequeueAnswer.Unknown);
        }

        RedisValue body = payload is { } edited ? StoredJob.Write(job with { Payload = edited }) : Array.Empty<byte>();
        while (true)
        {
            var answer = (string[])(await ChangeAsync(RequeueScript, _keys.Job(id, job.SchemaName, _keys.Routes), id, cancellationToken, body).ConfigureAwait(false))!;
            if (!JobId.TryParse(answer[1], out var holder))
            {
                return new RequeueResult(Enum.Parse<RequeueAnswer>(answer[0]));
            }

            if (await FindAsync(holder, cancellationToken).ConfigureAwait(false) is { UniqueKey: not null })
            {
                return new RequeueResult(RequeueAnswer.KeyHeld, holder);
            }

            await FreeKeyAsync(job, holder, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DiscardAsync(JobId id, CancellationToken cancellationToken) =>
        await ChangeAsync(DiscardScript, id, cancellationToken).ConfigureAwait(false) is { } answer && (bool)answer;

    /// <inheritdoc/>
    public Task SetRouteAsync(JobType type, JobRoute route, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(route);
        return RedisOutage.MapAsync(
            _database,
            async database =>
            {
                await database.SetAddAsync(_keys.Types, type.Value).ConfigureAwait(false);
                return await database.HashSetAsync(_keys.Routes, type.Value, route.Target).ConfigureAwait(false);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<JobType, JobRoute>> ListRoutesAsync(CancellationToken cancellationToken)
    {
        var entries = await RedisOutage.MapAsync(_database, database => database.HashGetAllAsync(_keys.Routes), cancellationToken).ConfigureAwait(false);
        return entries.ToDictionary(entry => JobType.Parse(entry.Name!), entry => JobRoute.FromTarget(entry.Value!));
    }

    private static SubmitResult Accepted(Job job, string[] answer)
    {
        var route = answer[3].Length == 0 ? null : JobRoute.FromTarget(answer[3]);
        var record = JobStateMachine.Submit(null, job, route, TimeSpan.Zero, StoreTime.ToTime(answer[0])).Record with
        {
            DispatchAt = StoreTime.ToTimeOrNull(answer[2]),
        };
        return new SubmitResult(record, IsNew: true, Ticket(record));

        static DispatchTicket? Ticket(JobRecord record) => record is { Route: { } route, DispatchAt: { } dispatchAt } && dispatchAt > record.DueAt
            ? new DispatchTicket(JobMessage.Of(record.Job, record.AcceptedAt), route, dispatchAt)
            : null;
    }

    internal static RedisValue NotBefore(Job job) => job.NotBefore is { } time ? time.ToMicroseconds() : "";

    private static TAnswer Parse<TAnswer>(RedisResult answer)
        where TAnswer : struct, Enum => Enum.Parse<TAnswer>((string)answer!);

    /// <summary>Runs a transition on a job of which only the id is known. Its type never changes, so it may be read beforehand.</summary>
    /// <returns>The answer of the script; <see langword="null"/> when there is no record.</returns>
    private async Task<RedisResult?> ChangeAsync(RedisScript script, JobId id, CancellationToken cancellationToken, params RedisValue[] values)
    {
        var type = await RedisOutage.MapAsync(_database, database => database.HashGetAsync(_keys.Record(id), "type"), cancellationToken).ConfigureAwait(false);
        return type.IsNull
            ? null
            : await ChangeAsync(script, id, JobType.Parse(type!), cancellationToken, values).ConfigureAwait(false);
    }

    private Task<RedisResult> ChangeAsync(RedisScript script, JobId id, JobType type, CancellationToken cancellationToken, params RedisValue[] values) =>
        ChangeAsync(script, _keys.Job(id, type), id, cancellationToken, values);

    private Task<RedisResult> ChangeAsync(RedisScript script, RedisKey[] keys, JobId id, CancellationToken cancellationToken, params RedisValue[] values) =>
        script.EvaluateAsync(
            _database, keys, [Now, _keys.EntriesChannel, _keys.EventsChannel, id.Value, .. values], cancellationToken);

    private Task<IAsyncDisposable> SubscribeAsync(string channel, Action<RedisValue> onMessage, CancellationToken cancellationToken) =>
        RedisSubscription.OpenAsync(_redis, RedisChannel.Literal(channel), (_, message) => onMessage(message), cancellationToken);
}
