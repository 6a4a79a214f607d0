using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Workers;

/// <summary>Where a call to a store that is away is lost.</summary>
internal enum Loss
{
    /// <summary>The store never heard of it.</summary>
    Request,

    /// <summary>The store did it; the answer did not arrive.</summary>
    Reply,
}

/// <summary>A store that is away for so many calls, and notes the attempt of each.</summary>
internal sealed class FaultyAttemptStore(InMemoryJobStore store) : IAttemptStore
{
    public int FaultsLeft { get; set; }

    public Loss Loss { get; set; }

    public List<AttemptToken> Claims { get; } = [];

    public List<AttemptToken> Ends { get; } = [];

    public Task<ClaimResult> ClaimAsync(AttemptKey attempt, WorkerId worker, TimeSpan lease, CancellationToken cancellationToken)
    {
        Claims.Add(attempt.Token);
        return CallAsync(() => store.ClaimAsync(attempt, worker, lease, cancellationToken));
    }

    public Task<ClaimResult> AdoptAsync(
        Job job, DateTimeOffset? acceptedAt, AttemptToken token, WorkerId worker, TimeSpan lease, CancellationToken cancellationToken) =>
        CallAsync(() => store.AdoptAsync(job, acceptedAt, token, worker, lease, cancellationToken));

    public Task<bool> FinishAsync(AttemptKey attempt, JobOutcome outcome, CancellationToken cancellationToken)
    {
        Ends.Add(attempt.Token);
        return CallAsync(() => store.FinishAsync(attempt, outcome, cancellationToken));
    }

    public Task<bool> ReleaseAsync(AttemptKey attempt, CancellationToken cancellationToken)
    {
        Ends.Add(attempt.Token);
        return CallAsync(() => store.ReleaseAsync(attempt, cancellationToken));
    }

    public Task<IReadOnlyList<LeaseAnswer>> RenewAsync(IReadOnlyList<LeaseRenewal> renewals, TimeSpan lease, CancellationToken cancellationToken) =>
        CallAsync(() => store.RenewAsync(renewals, lease, cancellationToken));

    public Task<IAsyncDisposable> ListenForStopsAsync(
        WorkerId worker, Action<AttemptToken, LeaseAnswer> onStop, CancellationToken cancellationToken) =>
        CallAsync(() => store.ListenForStopsAsync(worker, onStop, cancellationToken));

    public Task<IReadOnlyList<RunningAttempt>> ListLapsedAsync(int limit, CancellationToken cancellationToken) =>
        CallAsync(() => store.ListLapsedAsync(limit, cancellationToken));

    public Task<IReadOnlyList<RunningAttempt>> ListRunningAsync(WorkerId? worker, CancellationToken cancellationToken) =>
        CallAsync(() => store.ListRunningAsync(worker, cancellationToken));

    public Task<bool> ReapAsync(RunningAttempt attempt, string reason, int maxDeaths, CancellationToken cancellationToken) =>
        CallAsync(() => store.ReapAsync(attempt, reason, maxDeaths, cancellationToken));

    private async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        if (FaultsLeft == 0)
        {
            return await call();
        }

        FaultsLeft--;
        if (Loss == Loss.Reply)
        {
            await call();
        }

        throw new JobBackendUnavailableException("The store is away.");
    }
}
