using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <content>The jobs that are to be published.</content>
public sealed partial class RedisJobStore : IDispatchStore
{
    private static readonly RedisScript TakeScript = RedisScript.Load("Stores", "clock", "take");
    private static readonly RedisScript ConfirmScript = RedisScript.Load("Stores", "confirm");
    private static readonly RedisScript RedispatchScript = RedisScript.Load("Stores", "clock", "redispatch");
    private static readonly RedisScript NextDueScript = RedisScript.Load("Stores", "clock", "next_due");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DispatchTicket>> TakeDueAsync(int limit, TimeSpan hold, CancellationToken cancellationToken)
    {
        var ids = (string[])(await DueScript.EvaluateAsync(_database, [_keys.Dispatch], [Now, limit], cancellationToken).ConfigureAwait(false))!;
        if (ids.Length == 0)
        {
            return [];
        }

        RedisKey[] keys = [_keys.Dispatch, .. ids.Select(JobId.Parse).SelectMany(id => new[] { _keys.Record(id), _keys.Body(id) })];
        RedisValue[] values = [Now, hold.ToMicroseconds(), .. ids.ToRedisValueArray()];
        var taken = (RedisResult[])(await TakeScript.EvaluateAsync(_database, keys, values, cancellationToken).ConfigureAwait(false))!;
        return [.. taken.Select(entry => ReadTicket((RedisResult[])entry!))];
    }

    /// <inheritdoc/>
    public async Task ConfirmAsync(IReadOnlyList<DispatchTicket> tickets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tickets);
        if (tickets.Count > 0)
        {
            RedisValue[] values = [.. tickets.SelectMany(ticket =>
                new RedisValue[] { ticket.Message.JobId.Value, ticket.DispatchAt.ToMicroseconds() })];
            await ConfirmScript.EvaluateAsync(_database, [_keys.Dispatch], values, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<TimeSpan?> UntilNextDueAsync(CancellationToken cancellationToken)
    {
        var answer = await NextDueScript.EvaluateAsync(_database, [_keys.Dispatch], [Now], cancellationToken).ConfigureAwait(false);
        return answer.IsNull ? null : TimeSpan.FromMicroseconds((long)answer);
    }

    /// <inheritdoc/>
    public async Task<int> RedispatchAsync(JobType type, CancellationToken cancellationToken)
    {
        var made = 0;
        for (var seen = 0; ; seen += BatchSize)
        {
            // The queued stand in their index by when they are due.
            var ids = await RedisOutage.MapAsync(
                _database, database => database.SortedSetRangeByRankAsync(_keys.Index(type, JobState.Queued), seen, seen + BatchSize - 1), cancellationToken)
                .ConfigureAwait(false);
            if (ids.Length == 0)
            {
                return made;
            }

            RedisKey[] keys = [_keys.Dispatch, .. ids.Select(id => JobId.Parse(id!)).Select(_keys.Record)];
            var answer = (int[])(await RedispatchScript.EvaluateAsync(
                _database, keys, [Now, _keys.EntriesChannel, .. ids], cancellationToken).ConfigureAwait(false))!;
            made += answer[0];
            if (ids.Length < BatchSize || answer[1] > 0)
            {
                return made;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IAsyncDisposable> ListenForEntriesAsync(Action onEntry, CancellationToken cancellationToken) =>
        await SubscribeAsync(_keys.EntriesChannel, _ => onEntry(), cancellationToken).ConfigureAwait(false);

    /// <summary>Reads one entry of what take.lua answers.</summary>
    private static DispatchTicket ReadTicket(RedisResult[] entry)
    {
        var message = JobMessage.Of(StoredJob.Read((byte[])entry[3]!), StoreTime.ToTime((string)entry[0]!));
        return new DispatchTicket(message, JobRoute.FromTarget((string)entry[1]!), StoreTime.ToTime((string)entry[2]!));
    }
}
