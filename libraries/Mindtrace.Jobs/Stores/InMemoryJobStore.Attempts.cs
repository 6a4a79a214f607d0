namespace Mindtrace.Jobs;

/// <content>The attempts, and the cancel requests to those who make them.</content>
public sealed partial class InMemoryJobStore : IAttemptStore
{
    private readonly List<(WorkerId Worker, Action<AttemptToken, LeaseAnswer> OnStop)> _stopListeners = [];

    /// <inheritdoc/>
    public Task<ClaimResult> ClaimAsync(AttemptKey attempt, WorkerId worker, TimeSpan lease, CancellationToken cancellationToken) =>
        Task.FromResult(Apply(attempt.JobId, record =>
            Claimed(JobStateMachine.Claim(record, attempt.Token, worker, lease, time.GetUtcNow()))));

    /// <inheritdoc/>
    public Task<ClaimResult> AdoptAsync(
        Job job, DateTimeOffset? acceptedAt, AttemptToken token, WorkerId worker, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        return Task.FromResult(Apply(job.Id, record =>
            Claimed(JobStateMachine.Adopt(record, job, keyHeld: HolderOf(job) is not null, acceptedAt, _clearedAt, token, worker, lease, time.GetUtcNow()))));
    }

    /// <inheritdoc/>
    public Task<bool> FinishAsync(AttemptKey attempt, JobOutcome outcome, CancellationToken cancellationToken) =>
        Task.FromResult(Apply(attempt.JobId, record => JobStateMachine.Finish(record, attempt.Token, outcome, time.GetUtcNow())));

    /// <inheritdoc/>
    public Task<bool> ReleaseAsync(AttemptKey attempt, CancellationToken cancellationToken) =>
        Task.FromResult(Apply(attempt.JobId, record => JobStateMachine.Release(record, attempt.Token, time.GetUtcNow())));

    /// <inheritdoc/>
    public Task<IReadOnlyList<LeaseAnswer>> RenewAsync(
        IReadOnlyList<LeaseRenewal> renewals, TimeSpan lease, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LeaseAnswer>>([.. renewals.Select(it => Apply(it.Attempt.JobId, record =>
            JobStateMachine.Renew(record, it.Attempt.Token, it.Silence, lease, time.GetUtcNow())))]);

    /// <inheritdoc/>
    public Task<IAsyncDisposable> ListenForStopsAsync(
        WorkerId worker, Action<AttemptToken, LeaseAnswer> onStop, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable>(Listen(_stopListeners, (worker, onStop)));

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunningAttempt>> ListLapsedAsync(int limit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return Task.FromResult<IReadOnlyList<RunningAttempt>>([.. Running(record => record.LeaseExpiresAt < now).Take(limit)]);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunningAttempt>> ListRunningAsync(WorkerId? worker, CancellationToken cancellationToken) =>
        Task.FromResult(Running(record => worker is null || record.Worker == worker));

    /// <inheritdoc/>
    public Task<bool> ReapAsync(RunningAttempt attempt, string reason, int maxDeaths, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        return Task.FromResult(Apply(attempt.Key.JobId, record =>
            JobStateMachine.Reap(record, attempt.Key.Token, attempt.LeaseExpiresAt, reason, maxDeaths, time.GetUtcNow())));
    }

    private (JobRecord? Record, ClaimResult Result) Claimed((JobRecord? Record, ClaimAnswer Answer) claim) =>
        (claim.Record, claim.Answer == ClaimAnswer.Claimed
            ? new ClaimResult(ClaimAnswer.Claimed, claim.Record!.Attempt, claim.Record.Failures)
            {
                TimeLeft = claim.Record.ExpiresAt - time.GetUtcNow(),
            }
            : new ClaimResult(claim.Answer, 0, 0));

    private IReadOnlyList<RunningAttempt> Running(Func<JobRecord, bool> filter)
    {
        lock (_gate)
        {
            return [.. _records.Values
                .Where(record => record.State == JobState.Running && filter(record))
                .OrderBy(record => record.LeaseExpiresAt)
                .Select(record => new RunningAttempt(
                    new AttemptKey(record.Job.Id, record.Job.SchemaName, record.Token!.Value), record.Worker!.Value, record.LeaseExpiresAt!.Value))];
        }
    }

    private void NotifyStop(JobRecord running, LeaseAnswer answer)
    {
        Action<AttemptToken, LeaseAnswer>[] listeners;
        lock (_gate)
        {
            listeners = [.. _stopListeners.Where(listener => listener.Worker == running.Worker).Select(listener => listener.OnStop)];
        }

        foreach (var listener in listeners)
        {
            listener(running.Token!.Value, answer);
        }
    }

    private Subscription<T> Listen<T>(List<T> listeners, T listener)
    {
        lock (_gate)
        {
            listeners.Add(listener);
        }

        return new Subscription<T>(_gate, listeners, listener);
    }

    private sealed class Subscription<T>(Lock gate, List<T> listeners, T listener) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            lock (gate)
            {
                listeners.Remove(listener);
            }

            return ValueTask.CompletedTask;
        }
    }
}
