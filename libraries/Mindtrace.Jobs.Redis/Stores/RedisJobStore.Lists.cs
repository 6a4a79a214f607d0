using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <content>What concerns many jobs at once. It goes over the indexes in batches, never over the keys of the server.</content>
public sealed partial class RedisJobStore
{
    private const int BatchSize = 500;

    private static readonly RedisScript CancelQueuedScript = RedisScript.Load("Stores", "clock", "record", "one", "cancel_queued");
    private static readonly RedisScript ForgetScript = RedisScript.Load("Stores", "clock", "record", "one", "forgetting", "forget");
    private static readonly RedisScript ExpireScript = RedisScript.Load("Stores", "clock", "record", "one", "forgetting", "expire");
    private static readonly RedisScript ClearScript = RedisScript.Load("Stores", "clock", "clear");

    /// <inheritdoc/>
    public async Task<JobPage> ListAsync(JobFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var types = filter.Types.Count > 0 ? filter.Types : await TypesAsync(cancellationToken).ConfigureAwait(false);
        var states = filter.States.Count > 0 ? filter.States : Enum.GetValues<JobState>();
        var latest = filter.After is { } after && !(filter.To < after.At) ? after.At : filter.To;
        var ranges = await RedisOutage.MapAsync(
            _database,
            database => Task.WhenAll(types.SelectMany(type => states.Select(state => database.SortedSetRangeByScoreWithScoresAsync(
                _keys.Index(type, state), filter.From?.ToMicroseconds() ?? double.NegativeInfinity,
                latest?.ToMicroseconds() ?? double.PositiveInfinity, Exclude.None, Order.Descending,
                take: filter.Limit + 1 + (filter.After?.Passed ?? 0))))),
            cancellationToken).ConfigureAwait(false);
        var entries = ranges.SelectMany(range => range).Select(entry => (StoreTime.ToTime((long)entry.Score), JobId.Parse(entry.Element!)));
        var (page, next) = JobPage.Cut(entries, filter);
        var records = await FindAsync(page, cancellationToken).ConfigureAwait(false);
        return new JobPage([.. records.OfType<JobRecord>().Where(record => filter.States.Count == 0 || filter.States.Contains(record.State))], next);
    }

    /// <inheritdoc/>
    public Task<int> CancelQueuedAsync(JobType type, string reason, CancellationToken cancellationToken) =>
        ChangeAllAsync(CancelQueuedScript, type, JobState.Queued, double.PositiveInfinity, reason, cancellationToken);

    /// <inheritdoc/>
    public async Task<int> ClearAsync(CancellationToken cancellationToken)
    {
        var cleared = await ClearUntilAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        await RedisOutage.MapAsync(_database, database => database.KeyDeleteAsync([_keys.Routes, .. ScheduleKeys]), cancellationToken).ConfigureAwait(false);
        return await ChangeAllAsync(ForgetScript, Enum.GetValues<JobState>(), double.PositiveInfinity, cleared, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<int> ExpireAsync(TimeSpan retention, CancellationToken cancellationToken)
    {
        var until = await ClearUntilAsync(retention, cancellationToken).ConfigureAwait(false);

        // The final stand in their index by when they were accepted, and none of them became final before it was.
        return await ChangeAllAsync(
            ExpireScript, Enum.GetValues<JobState>().Where(state => state.IsFinal()), (double)until, until, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RedisValue> ClearUntilAsync(TimeSpan ago, CancellationToken cancellationToken) =>
        (RedisValue)await ClearScript.EvaluateAsync(_database, [_keys.Cleared], [Now, ago.ToMicroseconds()], cancellationToken).ConfigureAwait(false);

    private async Task<int> ChangeAllAsync(
        RedisScript script, IEnumerable<JobState> states, double latest, RedisValue value, CancellationToken cancellationToken)
    {
        var changed = 0;
        foreach (var type in await TypesAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var state in states)
            {
                changed += await ChangeAllAsync(script, type, state, latest, value, cancellationToken).ConfigureAwait(false);
            }
        }

        return changed;
    }

    /// <summary>Puts the jobs of one index, up to a score, through a transition that takes each out of the index, or leaves it as it is.</summary>
    private async Task<int> ChangeAllAsync(
        RedisScript script, JobType type, JobState state, double latest, RedisValue value, CancellationToken cancellationToken)
    {
        var (changed, kept) = (0, 0);
        while (true)
        {
            var ids = await RedisOutage.MapAsync(
                _database, database => database.SortedSetRangeByScoreAsync(_keys.Index(type, state), stop: latest, skip: kept, take: BatchSize), cancellationToken)
                .ConfigureAwait(false);
            if (ids.Length == 0)
            {
                return changed;
            }

            var answers = await Task.WhenAll(ids.Select(id => JobId.Parse(id!)).Select(id => ChangeAsync(
                script, _keys.Job(id, type, _keys.Log(id), _keys.LogMoved(id), _keys.LogsToMove, _keys.Forgotten), id, cancellationToken, value)))
                .ConfigureAwait(false);
            var batch = answers.Count(answer => (bool)answer);
            changed += batch;
            kept += ids.Length - batch;
        }
    }

    private async Task<IReadOnlyCollection<JobType>> TypesAsync(CancellationToken cancellationToken)
    {
        var types = await RedisOutage.MapAsync(_database, database => database.SetMembersAsync(_keys.Types), cancellationToken).ConfigureAwait(false);
        return [.. types.Select(type => JobType.Parse(type!))];
    }
}
