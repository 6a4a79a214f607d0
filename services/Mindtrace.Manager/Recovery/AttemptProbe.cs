using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Recovery;

/// <summary>Asks a worker whether it still runs an attempt.</summary>
internal sealed class AttemptProbe(RedisWorkerDirectory directory, PeerClients peers, IOptions<RecoveryOptions> options, TimeProvider time)
{
    /// <summary>Asks.</summary>
    /// <returns>Whether the worker says so; false when it says otherwise, does not answer in time, or cannot be found.</returns>
    public async Task<bool> ConfirmsAsync(RunningAttempt attempt, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(attempt.Worker, cancellationToken) is not { } worker)
        {
            return false;
        }

        using var limit = new CancellationTokenSource(options.Value.ProbeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var status = await peers.To(worker.Url).CallAsync(WorkerOperations.GetStatus, either.Token);
            return status.WorkerId == attempt.Worker.Value
                && (status.JobId == attempt.Key.JobId || status.JobIds.Contains(attempt.Key.JobId));
        }
        catch (Exception fault) when (fault is ServiceUnreachableException or OperationException
            || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
