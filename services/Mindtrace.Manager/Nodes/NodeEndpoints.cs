using Mindtrace.Cluster;
using Mindtrace.Jobs.RabbitMQ;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Nodes;

/// <summary>Registers and lists nodes, and forwards to them what concerns them.</summary>
internal static class NodeEndpoints
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public static void AddNodes(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<PlacementOptions>().BindConfiguration(PlacementOptions.SectionName).ValidateOnStart();
        builder.Services.AddOptions<NodeOptions>().BindConfiguration(NodeOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<RedisWorkerUser>();
        builder.Services.AddHttpClient<RabbitMqWorkerUser>();
        builder.Services.AddSingleton<WorkerAccounts>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<WorkerAccounts>());
        builder.Services.AddSingleton<ClusterSettings>();
        builder.Services.AddSingleton<RedisNodeDirectory>();
        builder.Services.AddSingleton<NodeStatuses>();
        builder.Services.AddSingleton<NodeRegistrar>();
        builder.Services.AddSingleton<NodeCalls>();
        builder.Services.AddSingleton<WorkerPlacement>();
        builder.Services.AddProblem<NoNodeException>(
            StatusCodes.Status503ServiceUnavailable, "no-node", "There is no node to launch the worker.", e => e.Message, RetryAfter);
        builder.Services.AddProblem<NodeNotFoundException>(StatusCodes.Status404NotFound, "node-not-found", "There is no such node.", e => e.Message);
        builder.Services.AddProblem<NodeDrainedException>(StatusCodes.Status409Conflict, "node-drained", "The node is drained.", e => e.Message);
    }

    public static void MapNodes(this OperationGroup operations)
    {
        operations.Map(NodeDirectoryOperations.RegisterNode, (RegisterNodeRequest request, NodeRegistrar registrar, CancellationToken cancellationToken) =>
            registrar.RegisterAsync(request.NodeUrl, cancellationToken));
        operations.Map(NodeDirectoryOperations.NodeHeartbeat, async (NodeHeartbeatRequest request, RedisNodeDirectory nodes, CancellationToken cancellationToken) =>
            new NodeHeartbeatResponse(await nodes.BeatAsync(request.NodeUrl, NodeStatuses.Report(request), cancellationToken)));
        operations.Map(NodeDirectoryOperations.UnregisterNode, (NodeUrlRequest request, RedisNodeDirectory nodes, CancellationToken cancellationToken) =>
            nodes.RemoveAsync(request.NodeUrl, cancellationToken));
        operations.Map(NodeDirectoryOperations.ListNodes, (NodeStatuses nodes, CancellationToken cancellationToken) => nodes.ListAsync(cancellationToken));
        operations.Map(NodeDirectoryOperations.DrainNode, (DrainNodeRequest request, NodeStatuses nodes, CancellationToken cancellationToken) =>
            nodes.DrainAsync(request, cancellationToken));
        operations.Map(NodeDirectoryOperations.ResumeNode, (NodeUrlRequest request, NodeStatuses nodes, CancellationToken cancellationToken) =>
            nodes.ResumeAsync(request.NodeUrl, cancellationToken));
        operations.Map(NodeOperations.LaunchWorkerOnNode, (LaunchWorkerOnNodeRequest request, WorkerPlacement placement, CancellationToken cancellationToken) =>
            placement.LaunchAsync(request, cancellationToken));
        operations.Map(NodeOperations.LaunchWorkerStatusOnNode, async (LaunchStatusOnNodeRequest request, NodeCalls calls, CancellationToken cancellationToken) =>
            await (await calls.ToAsync(request.NodeUrl, cancellationToken))
                .CallAsync(NodeOperations.LaunchWorkerStatus, new LaunchIdRequest(request.LaunchId), cancellationToken));
    }
}
