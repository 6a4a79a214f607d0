using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Workers;
using Mindtrace.Services;

namespace Mindtrace.Manager.Nodes;

/// <summary>Has workers launched: by the node that was asked for, else by the live one with the fewest workers.</summary>
internal sealed partial class WorkerPlacement(
    RedisNodeDirectory nodes, WorkerTypeCatalog types, NodeCalls calls, IOptions<NodeOptions> options, ILogger<WorkerPlacement> logger)
{
    /// <exception cref="NodeDrainedException">The node that was named is drained.</exception>
    /// <exception cref="NoNodeException">No node was named, and none could take the worker.</exception>
    public async Task<LaunchWorkerOnNodeResponse> LaunchAsync(LaunchWorkerOnNodeRequest request, CancellationToken cancellationToken)
    {
        var launch = new LaunchWorkerRequest(request.WorkerType)
        {
            WorkerUrl = request.WorkerUrl,
            WorkerName = request.WorkerName,
            AutoConnectJobType = await types.FindJobTypeAsync(request.WorkerType, cancellationToken),
        };
        if (request.NodeUrl is { } asked)
        {
            if ((await nodes.ListAsync(options.Value.SilentAfter, cancellationToken)).Any(node => node.Url == asked && node.Drain is not null))
            {
                throw new NodeDrainedException(asked);
            }

            return await LaunchOnAsync(asked, launch, cancellationToken);
        }

        while (await nodes.TakeLeastLoadedAsync(options.Value.SilentAfter, cancellationToken) is { } node)
        {
            try
            {
                return await LaunchOnAsync(node, launch, cancellationToken);
            }
            catch (ServiceUnreachableException fault)
            {
                // If it lives after all, its next beat is told that it is unknown, and it registers again.
                LogPassedOver(node, fault.Message);
                await nodes.RemoveAsync(node, cancellationToken);
            }
        }

        var known = await nodes.ListAsync(options.Value.SilentAfter, cancellationToken);
        throw new NoNodeException(known.Count(node => !node.IsSilent));
    }

    private async Task<LaunchWorkerOnNodeResponse> LaunchOnAsync(Uri node, LaunchWorkerRequest launch, CancellationToken cancellationToken)
    {
        var begun = await (await calls.ToAsync(node, cancellationToken)).CallAsync(NodeOperations.LaunchWorker, launch, cancellationToken);
        return new LaunchWorkerOnNodeResponse(begun.LaunchId, node);
    }

    [LoggerMessage(LogLevel.Warning, "Node {NodeUrl} is passed over and forgotten: {Reason}")]
    private partial void LogPassedOver(Uri nodeUrl, string reason);
}
