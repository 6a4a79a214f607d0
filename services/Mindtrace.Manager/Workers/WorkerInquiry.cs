using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Recovery;
using Mindtrace.Services;

namespace Mindtrace.Manager.Workers;

/// <summary>Asks a worker what it does.</summary>
internal sealed class WorkerInquiry(PeerClients peers, IOptions<RecoveryOptions> options, TimeProvider time)
{
    /// <summary>Asks.</summary>
    /// <returns>What the worker says; <see langword="null"/> when it has no address, does not answer in time, or another has its URL by now.</returns>
    public async Task<WorkerStatusLocal?> AskAsync(KnownWorker worker, CancellationToken cancellationToken)
    {
        if (worker.Url is null)
        {
            return null;
        }

        using var limit = new CancellationTokenSource(options.Value.ProbeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var status = await peers.To(worker.Url).CallAsync(WorkerOperations.GetStatus, either.Token);
            return status.WorkerId == worker.Id.Value ? status : null;
        }
        catch (Exception fault) when (fault is ServiceUnreachableException or OperationException
            || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
