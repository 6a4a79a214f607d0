using System.Net.ServerSentEvents;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Workers;

/// <summary>Reaches workers through the nodes that launched them.</summary>
internal sealed class LaunchedWorkers(RedisWorkerDirectory directory, WorkerStatuses statuses, PeerClients peers)
{
    /// <summary>Reads the end of what a worker wrote.</summary>
    /// <exception cref="WorkerNotFoundException">There is no such worker.</exception>
    /// <exception cref="WorkerNotLaunchedException">No node launched it.</exception>
    public async Task<WorkerLogsResponse> ReadLogsAsync(WorkerOutputRequest request, CancellationToken cancellationToken)
    {
        var node = NodeOf(await FindAsync(request.WorkerId, cancellationToken));
        return await node.CallAsync(NodeOperations.WorkerLogs, new WorkerLogsRequest { WorkerId = request.WorkerId, Lines = request.Lines }, cancellationToken);
    }

    /// <summary>Reads what a worker wrote and then what it writes, as its node tells it.</summary>
    /// <inheritdoc cref="ReadLogsAsync"/>
    public async Task<IAsyncEnumerable<SseItem<string>>> FollowLogsAsync(WorkerOutputRequest request, CancellationToken cancellationToken)
    {
        var node = NodeOf(await FindAsync(request.WorkerId, cancellationToken));

        // Asked before the stream begins: afterwards it is too late for a status code.
        await node.CallAsync(NodeOperations.WorkerLogs, new WorkerLogsRequest { WorkerId = request.WorkerId, Lines = 0 }, cancellationToken);
        return node.ReadEventsAsync(WorkerLogEvents.PathOf(request), cancellationToken);
    }

    /// <summary>Stops a worker. One that no node launched is only told to stop, and does so by itself.</summary>
    /// <exception cref="WorkerNotFoundException">There is no such worker.</exception>
    /// <exception cref="WorkerNotLaunchedException">No node launched it, and it has no address.</exception>
    public async Task<WorkerStatus> ShutDownAsync(string workerId, CancellationToken cancellationToken)
    {
        var worker = await FindAsync(workerId, cancellationToken);
        if (worker.NodeUrl is { } node)
        {
            await peers.To(node).CallAsync(NodeOperations.ShutdownWorkerById, new WorkerIdRequest(workerId), cancellationToken);
            return await statuses.FindAsync(workerId, cancellationToken) with { Status = WorkerState.Shutdown, JobId = null };
        }

        var status = await statuses.FindAsync(workerId, cancellationToken);
        await peers.To(worker.Url ?? throw new WorkerNotLaunchedException(worker.Id)).CallAsync(ServiceOperations.Shutdown, cancellationToken);
        return status;
    }

    private async Task<KnownWorker> FindAsync(string workerId, CancellationToken cancellationToken) =>
        (WorkerId.TryParse(workerId, out var id) ? await directory.FindAsync(id, cancellationToken) : null) ?? throw new WorkerNotFoundException(workerId);

    private ServiceClient NodeOf(KnownWorker worker) => peers.To(worker.NodeUrl ?? throw new WorkerNotLaunchedException(worker.Id));
}
