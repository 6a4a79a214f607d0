using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Workers;
using Mindtrace.Registry;
using Mindtrace.Services;

namespace Mindtrace.Manager.Nodes;

/// <summary>Has workers launched: by the node that was asked for, else by one that has what they need.</summary>
/// <remarks>
/// What is known of a node is up to a heartbeat old. What managers have placed there since is counted in the store, in one step with
/// the look that it was decided on; the last word is the node's.
/// </remarks>
internal sealed partial class WorkerPlacement(
    RedisNodeDirectory nodes, WorkerTypeCatalog types, NodeCalls calls, IOptions<NodeOptions> options, IOptions<PlacementOptions> placement,
    ILogger<WorkerPlacement> logger)
{
    private const string NodeFull = ProblemTypes.Prefix + "node-full";

    /// <exception cref="NodeDrainedException">The node that was named is drained.</exception>
    /// <exception cref="NoNodeException">No node was named, and none could take the worker.</exception>
    public async Task<LaunchWorkerOnNodeResponse> LaunchAsync(LaunchWorkerOnNodeRequest request, CancellationToken cancellationToken)
    {
        var needs = await FindNeedsAsync(request.WorkerType, cancellationToken);
        var launch = new LaunchWorkerRequest(request.WorkerType)
        {
            WorkerUrl = request.WorkerUrl,
            WorkerName = request.WorkerName,
            AutoConnectJobType = await types.FindJobTypeAsync(request.WorkerType, cancellationToken),
            Needs = needs,
        };
        if (request.NodeUrl is { } asked)
        {
            var known = await nodes.ListAsync(options.Value.SilentAfter, cancellationToken);
            return known.Any(node => node.Url == asked && node.Drain is not null)
                ? throw new NodeDrainedException(asked)
                : await LaunchOnAsync(asked, launch, cancellationToken);
        }

        return await LaunchAnywhereAsync(launch, needs ?? new WorkerNeeds(), cancellationToken);
    }

    private async Task<WorkerNeeds?> FindNeedsAsync(WorkerTypeName type, CancellationToken cancellationToken)
    {
        try
        {
            return (await types.FindAsync(type, cancellationToken))?.Needs;
        }
        catch (RegistryIntegrityException)
        {
            // The launch fails because of it, and its status says so, as for a type that there is not.
            return null;
        }
    }

    private async Task<LaunchWorkerOnNodeResponse> LaunchAnywhereAsync(LaunchWorkerRequest launch, WorkerNeeds needs, CancellationToken cancellationToken)
    {
        Dictionary<Uri, string> refused = [];
        while (true)
        {
            var known = await nodes.ListAsync(options.Value.SilentAfter, cancellationToken);
            var choice = Placement.Choose(needs, known.Where(node => !refused.ContainsKey(node.Url)), placement.Value.Strategy);
            if (choice.Node is not { } node)
            {
                throw new NoNodeException(launch.WorkerType, [.. choice.Refusals, .. refused.Select(refusal => (refusal.Key, refusal.Value))]);
            }

            if (!await nodes.ClaimAsync(node, new NodeResources(needs.Cpus, needs.MemoryBytes, needs.Gpus), cancellationToken))
            {
                continue;
            }

            try
            {
                return await LaunchOnAsync(node.Url, launch, cancellationToken);
            }
            catch (ServiceUnreachableException fault)
            {
                // If it lives after all, its next beat is told that it is unknown, and it registers again.
                LogPassedOver(node.Url, fault.Message);
                await nodes.RemoveAsync(node.Url, cancellationToken);
                refused[node.Url] = "does not answer";
            }
            catch (OperationException full) when (full.ProblemType == NodeFull)
            {
                refused[node.Url] = full.Detail ?? "is full";
            }
        }
    }

    private async Task<LaunchWorkerOnNodeResponse> LaunchOnAsync(Uri node, LaunchWorkerRequest launch, CancellationToken cancellationToken)
    {
        var begun = await (await calls.ToAsync(node, cancellationToken)).CallAsync(NodeOperations.LaunchWorker, launch, cancellationToken);
        return new LaunchWorkerOnNodeResponse(begun.LaunchId, node);
    }

    [LoggerMessage(LogLevel.Warning, "Node {NodeUrl} is passed over and forgotten: {Reason}")]
    private partial void LogPassedOver(Uri nodeUrl, string reason);
}
