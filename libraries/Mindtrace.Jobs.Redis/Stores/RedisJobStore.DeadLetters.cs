using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <content>The dead-letter queue as a list: a walk over its index, by the time of failure.</content>
public sealed partial class RedisJobStore
{
    private const int MaxLettersLookedAt = 10_000;

    /// <inheritdoc/>
    public async Task<JobPage> ListDeadLettersAsync(DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var (found, place, looked) = (new List<JobRecord>(), filter.After, 0);
        while (looked < MaxLettersLookedAt)
        {
            var (letters, isLast) = await LettersAfterAsync(filter, place, cancellationToken).ConfigureAwait(false);
            var records = await FindAsync(letters.Select(letter => letter.Id), cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < letters.Count; i++)
            {
                place = JobCursor.Next(place, letters[i].At, letters[i].Id);
                if (records[i] is { } record && filter.Matches(record))
                {
                    found.Add(record);
                }

                if (found.Count == filter.Limit)
                {
                    return new JobPage(found, isLast && i == letters.Count - 1 ? null : place);
                }
            }

            if (isLast)
            {
                return new JobPage(found, Next: null);
            }

            looked += letters.Count;
        }

        return new JobPage(found, place);
    }

    /// <summary>Reads the next stretch of the index. Those of the very time of a place are read over: sorted sets begin at times, not at ids.</summary>
    private async Task<(IReadOnlyList<(DateTimeOffset At, JobId Id)> Letters, bool IsLast)> LettersAfterAsync(
        DeadLetterFilter filter, JobCursor? place, CancellationToken cancellationToken)
    {
        var latest = place is { } after && !(filter.To < after.At) ? after.At : filter.To;
        var take = BatchSize + (place?.Passed ?? 0);
        while (true)
        {
            var entries = await RedisOutage.MapAsync(
                _database,
                database => database.SortedSetRangeByScoreWithScoresAsync(
                    _keys.DeadLetters, filter.From?.ToMicroseconds() ?? double.NegativeInfinity, latest?.ToMicroseconds() ?? double.PositiveInfinity,
                    Exclude.None, Order.Descending, take: take),
                cancellationToken).ConfigureAwait(false);
            var letters = entries.Select(entry => (At: StoreTime.ToTime((long)entry.Score), Id: JobId.Parse(entry.Element!)))
                .Where(letter => place?.IsBefore(letter.At, letter.Id) != false)
                .OrderByDescending(letter => letter.At).ThenByDescending(letter => letter.Id.Value, StringComparer.Ordinal).ToList();
            if (letters.Count > 0 || entries.Length < take)
            {
                return (letters, entries.Length < take);
            }

            // More of this very time came to the list than were passed.
            take *= 2;
        }
    }
}
