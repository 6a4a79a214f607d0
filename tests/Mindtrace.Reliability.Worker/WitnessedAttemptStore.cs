using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using StackExchange.Redis;

namespace Mindtrace.Reliability.Worker;

/// <summary>The store as the worker knows it; notes what becomes of outcomes, and sees to it that wishes to die are granted.</summary>
internal sealed class WitnessedAttemptStore(
    RedisJobStore store, LedgerWriter ledger, DeathWishes wishes, LedgerOptions options, IConnectionMultiplexer redis, RedisKeySpace space) : IAttemptStore
{
    public async Task<ClaimResult> ClaimAsync(AttemptKey attempt, WorkerId worker, TimeSpan lease, CancellationToken cancellationToken)
    {
        var result = await store.ClaimAsync(attempt, worker, lease, cancellationToken);
        wishes.After(JobStep.Claimed, attempt.JobId);
        return options.Breaks == BrokenPromise.RunsWithoutClaim ? result with { Answer = ClaimAnswer.Claimed } : result;
    }

    public async Task<bool> FinishAsync(AttemptKey attempt, JobOutcome outcome, CancellationToken cancellationToken)
    {
        wishes.After(JobStep.Returned, attempt.JobId);
        var isRecorded = options.Breaks == BrokenPromise.LosesOutcomes || await store.FinishAsync(attempt, outcome, cancellationToken);
        if (!isRecorded && options.Breaks == BrokenPromise.OverwritesOutcomes && outcome is JobOutcome.Completed late)
        {
            isRecorded = await redis.GetDatabase().StringSetAsync($"{space.Prefix}job:{attempt.JobId}:output", late.Output.GetRawText());
        }

        ledger.Write(isRecorded ? LedgerWriter.Recorded : LedgerWriter.Refused, attempt.JobId.Value);
        wishes.After(JobStep.Finished, attempt.JobId);
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
