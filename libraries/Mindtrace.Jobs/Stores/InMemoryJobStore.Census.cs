namespace Mindtrace.Jobs;

/// <content>The numbers of jobs.</content>
public sealed partial class InMemoryJobStore : IJobCensus
{
    private readonly List<Action<JobId, JobState>> _changeListeners = [];

    /// <inheritdoc/>
    public Task<JobCensus> CountAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var jobs = _records.Values.ToLookup(record => record.Job.SchemaName);
            var types = jobs.Select(group => group.Key).Concat(_routes.Keys).Distinct().OrderBy(type => type.Value, StringComparer.Ordinal);
            return Task.FromResult(new JobCensus(
                [.. types.Select(type => Count(type, [.. jobs[type]], now))], _records.Values.LongCount(record => record.IsDeadLetter)));
        }
    }

    /// <inheritdoc/>
    public Task<IAsyncDisposable> ListenForChangesAsync(Action<JobId, JobState> onChange, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable>(Listen(_changeListeners, onChange));

    private static JobTypeCensus Count(JobType type, IReadOnlyList<JobRecord> jobs, DateTimeOffset now)
    {
        var waiting = jobs.Where(job => job.State == JobState.Queued && job.DueAt <= now).ToList();
        return new JobTypeCensus(
            type, waiting.Count, In(JobState.Queued) - waiting.Count, In(JobState.Running), In(JobState.Completed), In(JobState.Failed),
            In(JobState.Error), In(JobState.Cancelled), waiting.Count == 0 ? null : waiting.Min(job => job.DueAt));

        long In(JobState state) => jobs.LongCount(job => job.State == state);
    }

    private void NotifyChange(JobId id, JobState state)
    {
        Action<JobId, JobState>[] listeners;
        lock (_gate)
        {
            listeners = [.. _changeListeners];
        }

        foreach (var listener in listeners)
        {
            listener(id, state);
        }
    }
}
