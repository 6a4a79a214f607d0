using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;

namespace Mindtrace.Reliability.Worker;

/// <summary>The store as the worker knows it; notes what becomes of outcomes, and sees to it that wishes to die are granted.</summary>
/// <remarks>With the setting <c>Ledger:LosesOutcomes</c> it breaks its promise on purpose: it takes outcomes and keeps none.</remarks>
internal sealed class WitnessedAttemptStore(RedisJobStore store, LedgerWriter ledger, DeathWishes wishes, IConfiguration configuration) : IAttemptStore
{
    public async Task<ClaimResult> ClaimAsync(AttemptKey attempt, WorkerId worker, TimeSpan lease, CancellationToken cancellationToken)
    {
        var result = await store.ClaimAsync(attempt, worker, lease, cancellationToken);
        wishes.After(WorkerStep.Claimed, attempt.JobId);
        return result;
    }

    public async Task<bool> FinishAsync(AttemptKey attempt, JobOutcome outcome, CancellationToken cancellationToken)
    {
        wishes.After(WorkerStep.Returned, attempt.JobId);
        var isRecorded = configuration.GetValue("Ledger:LosesOutcomes", false) || await store.FinishAsync(attempt, outcome, cancellationToken);
        ledger.Write(isRecorded ? LedgerWriter.Recorded : LedgerWriter.Refused, attempt.JobId.Value);
        wishes.After(WorkerStep.Finished, attempt.JobId);
        return isRecorded;
    }

    public Task<ClaimResult> AdoptAsync(
        Job job, DateTimeOffset? acceptedAt, AttemptToken token, WorkerId worker, TimeSpan lease, CancellationToken cancellationToken) =>
        store.AdoptAsync(job, acceptedAt, token, worker, lease, cancellationToken);

    public Task<bool> ReleaseAsync(AttemptKey attempt, CancellationToken cancellationToken) => store.ReleaseAsync(attempt, cancellationToken);

    public Task<IReadOnlyList<LeaseAnswer>> RenewAsync(IReadOnlyList<LeaseRenewal> renewals, TimeSpan lease, CancellationToken cancellationToken) =>
        store.RenewAsync(renewals, lease, cancellationToken);

    public Task<IAsyncDisposable> ListenForStopsAsync(
        WorkerId worker, Action<AttemptToken, LeaseAnswer> onStop, CancellationToken cancellationToken) =>
        store.ListenForStopsAsync(worker, onStop, cancellationToken);

    public Task<IReadOnlyList<RunningAttempt>> ListLapsedAsync(int limit, CancellationToken cancellationToken) =>
        store.ListLapsedAsync(limit, cancellationToken);

    public Task<IReadOnlyList<RunningAttempt>> ListRunningAsync(WorkerId? worker, CancellationToken cancellationToken) =>
        store.ListRunningAsync(worker, cancellationToken);

    public Task<bool> ReapAsync(RunningAttempt attempt, string reason, int maxDeaths, CancellationToken cancellationToken) =>
        store.ReapAsync(attempt, reason, maxDeaths, cancellationToken);
}
