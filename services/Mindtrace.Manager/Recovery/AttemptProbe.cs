using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Workers;

namespace Mindtrace.Manager.Recovery;

/// <summary>Asks a worker whether it still runs an attempt.</summary>
internal sealed class AttemptProbe(RedisWorkerDirectory directory, WorkerInquiry inquiry)
{
    /// <summary>Asks.</summary>
    /// <returns>Whether the worker says so; false when it says otherwise, does not answer in time, or cannot be found.</returns>
    public async Task<bool> ConfirmsAsync(RunningAttempt attempt, CancellationToken cancellationToken) =>
        await directory.FindAsync(attempt.Worker, cancellationToken) is { } worker
        && await inquiry.AskAsync(worker, cancellationToken) is { } status
        && (status.JobId == attempt.Key.JobId || status.JobIds.Contains(attempt.Key.JobId));
}
