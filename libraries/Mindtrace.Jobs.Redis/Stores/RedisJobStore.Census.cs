using System.Globalization;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <content>The numbers of jobs: the sizes of their indexes, and the events that each change tells its watchers by.</content>
public sealed partial class RedisJobStore : IJobCensus
{
    private static readonly RedisScript CensusScript = RedisScript.Load("Stores", "clock", "census");

    /// <inheritdoc/>
    public async Task<JobCensus> CountAsync(CancellationToken cancellationToken)
    {
        var types = (await TypesAsync(cancellationToken).ConfigureAwait(false)).OrderBy(type => type.Value, StringComparer.Ordinal);
        var letters = RedisOutage.MapAsync(_database, database => database.SortedSetLengthAsync(_keys.DeadLetters), cancellationToken);
        var counts = await Task.WhenAll(types.Select(type => CountAsync(type, cancellationToken))).ConfigureAwait(false);
        return new JobCensus(counts, await letters.ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public Task<IAsyncDisposable> ListenForChangesAsync(Action<JobId, JobState> onChange, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(onChange);
        return SubscribeAsync(_keys.EventsChannel, Read, cancellationToken);

        void Read(RedisValue message)
        {
            foreach (var (id, state) in JobEvent.ReadAll(message))
            {
                if (state is { } now)
                {
                    onChange(id, now);
                }
            }
        }
    }

    private async Task<JobTypeCensus> CountAsync(JobType type, CancellationToken cancellationToken)
    {
        var answer = (string[])(await CensusScript.EvaluateAsync(_database, _keys.Indexes(type), [Now], cancellationToken).ConfigureAwait(false))!;
        var counts = Array.ConvertAll(answer[..^1], count => long.Parse(count, CultureInfo.InvariantCulture));
        return new JobTypeCensus(
            type, counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6], StoreTime.ToTimeOrNull(answer[^1]));
    }
}
