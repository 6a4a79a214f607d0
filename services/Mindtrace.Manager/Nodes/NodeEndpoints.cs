using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Nodes;

/// <summary>Registers and lists nodes, and forwards to them what concerns them.</summary>
internal static class NodeEndpoints
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public static void AddNodes(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<NodeOptions>().BindConfiguration(NodeOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ClusterSettings>();
        builder.Services.AddSingleton<RedisNodeDirectory>();
        builder.Services.AddSingleton<NodeRegistrar>();
        builder.Services.AddSingleton<NodeCalls>();
        builder.Services.AddSingleton<WorkerPlacement>();
        builder.Services.AddProblem<NoNodeException>(
            StatusCodes.Status503ServiceUnavailable, "no-node", "There is no node to launch the worker.", e => e.Message, RetryAfter);
    }

    public static void MapNodes(this OperationGroup operations)
    {
        operations.Map(NodeDirectoryOperations.RegisterNode, (RegisterNodeRequest request, NodeRegistrar registrar, CancellationToken cancellationToken) =>
            registrar.RegisterAsync(request.NodeUrl, cancellationToken));
        operations.Map(NodeDirectoryOperations.NodeHeartbeat, async (NodeHeartbeatRequest request, RedisNodeDirectory nodes, CancellationToken cancellationToken) =>
            new NodeHeartbeatResponse(await nodes.BeatAsync(request.NodeUrl, request.Workers, request.MaxWorkers, cancellationToken)));
        operations.Map(NodeDirectoryOperations.UnregisterNode, (NodeUrlRequest request, RedisNodeDirectory nodes, CancellationToken cancellationToken) =>
            nodes.RemoveAsync(request.NodeUrl, cancellationToken));
        operations.Map(NodeDirectoryOperations.ListNodes, (RedisNodeDirectory nodes, IOptions<NodeOptions> options, CancellationToken cancellationToken) =>
            ListAsync(nodes, options.Value, cancellationToken));
        operations.Map(NodeOperations.LaunchWorkerOnNode, (LaunchWorkerOnNodeRequest request, WorkerPlacement placement, CancellationToken cancellationToken) =>
            placement.LaunchAsync(request, cancellationToken));
        operations.Map(NodeOperations.LaunchWorkerStatusOnNode, async (LaunchStatusOnNodeRequest request, NodeCalls calls, CancellationToken cancellationToken) =>
            await (await calls.ToAsync(request.NodeUrl, cancellationToken))
                .CallAsync(NodeOperations.LaunchWorkerStatus, new LaunchIdRequest(request.LaunchId), cancellationToken));
    }

    private static async Task<ListNodesResponse> ListAsync(RedisNodeDirectory nodes, NodeOptions options, CancellationToken cancellationToken)
    {
        var known = await nodes.ListAsync(options.SilentAfter, cancellationToken);
        return new ListNodesResponse([.. known.Select(node => new NodeStatus(
            node.Url, node.IsSilent ? NodeState.Silent : NodeState.Alive, node.Workers, node.MaxWorkers, node.LastBeatAt))]);
    }
}
