namespace Mindtrace.Jobs;

/// <content>The jobs that have limits to their time.</content>
public sealed partial class InMemoryJobStore : ILimitStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<JobRecord>> ListLimitedAsync(int limit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<JobRecord>>([.. _records.Values
                .Select(record => (Record: record, JobLimits.First(record, TimeSpan.Zero)?.At))
                .Where(it => it.At <= now).OrderBy(it => it.At).Take(limit).Select(it => it.Record)]);
        }
    }

    /// <inheritdoc/>
    public Task<Overrun?> EndOverrunAsync(JobRecord seen, TimeSpan grace, TimeSpan retryAfter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(seen);
        JobRecord? before = null;
        var limit = Apply(seen.Job.Id, record => JobStateMachine.EndOverrun(before = record, grace, retryAfter, time.GetUtcNow()));
        var wasRunning = before is { State: JobState.Running };
        if (wasRunning && (limit is not null || before!.CancelRequested))
        {
            NotifyStop(before!, limit is null ? LeaseAnswer.CancelRequested : LeaseAnswer.Stale);
        }

        return Task.FromResult(limit is { } overrun ? new Overrun(overrun, wasRunning ? before!.Worker : null) : null);
    }
}
