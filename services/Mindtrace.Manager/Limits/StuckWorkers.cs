using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Limits;

/// <summary>Has the processes of workers killed whose code does not end when it is told to.</summary>
internal sealed partial class StuckWorkers(RedisWorkerDirectory directory, PeerClients peers, TimeProvider time, ILogger<StuckWorkers> logger)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Asks the node that launched a worker to kill it. One that no node launched is left alone.</summary>
    /// <remarks>What else the worker runs is lost with it, and runs elsewhere.</remarks>
    public async Task KillAsync(WorkerId id, JobId job, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(id, cancellationToken) is not { IsSilent: false, NodeUrl: { } node })
        {
            LogLeftAlone(id, job);
            return;
        }

        using var limit = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await peers.To(node).CallAsync(NodeOperations.KillWorker, new WorkerIdRequest(id.Value), either.Token);
            LogKilled(id, node, job);
        }
        catch (Exception fault) when (fault is ServiceUnreachableException or OperationException
            || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogNotKilled(id, node, job, fault.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Worker {WorkerId} did not stop job {JobId} and was killed by its node {NodeUrl}")]
    private partial void LogKilled(WorkerId workerId, Uri nodeUrl, JobId jobId);

    [LoggerMessage(LogLevel.Warning, "Worker {WorkerId} did not stop job {JobId}, and its node {NodeUrl} could not be asked to kill it: {Reason}")]
    private partial void LogNotKilled(WorkerId workerId, Uri nodeUrl, JobId jobId, string reason);

    [LoggerMessage(LogLevel.Warning, "Worker {WorkerId} did not stop job {JobId}; no node launched it, so it is left alone")]
    private partial void LogLeftAlone(WorkerId workerId, JobId jobId);
}
