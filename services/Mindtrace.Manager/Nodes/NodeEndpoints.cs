using Mindtrace.Cluster;
using Mindtrace.Manager.Workers;
using Mindtrace.Services;

namespace Mindtrace.Manager.Nodes;

/// <summary>Registers nodes, and forwards to them what concerns them.</summary>
internal static partial class NodeEndpoints
{
    public static void AddNodes(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<ClusterSettings>();

    public static void MapNodes(this OperationGroup operations)
    {
        operations.Map(NodeOperations.RegisterNode, (RegisterNodeRequest request, ClusterSettings settings, ILogger<ClusterSettings> logger, CancellationToken _) =>
        {
            LogRegistered(logger, request.NodeUrl);
            return Task.FromResult(settings.ForNode());
        });
        operations.Map(NodeOperations.LaunchWorkerOnNode, (LaunchWorkerOnNodeRequest request, WorkerTypeCatalog types, PeerClients peers, CancellationToken cancellationToken) =>
            LaunchAsync(request, types, peers, cancellationToken));
        operations.Map(NodeOperations.LaunchWorkerStatusOnNode, (LaunchStatusOnNodeRequest request, PeerClients peers, CancellationToken cancellationToken) =>
            peers.To(request.NodeUrl).CallAsync(NodeOperations.LaunchWorkerStatus, new LaunchIdRequest(request.LaunchId), cancellationToken));
    }

    private static async Task<LaunchWorkerResponse> LaunchAsync(
        LaunchWorkerOnNodeRequest request, WorkerTypeCatalog types, PeerClients peers, CancellationToken cancellationToken)
    {
        var launch = new LaunchWorkerRequest(request.WorkerType)
        {
            WorkerUrl = request.WorkerUrl,
            WorkerName = request.WorkerName,
            AutoConnectJobType = await types.FindJobTypeAsync(request.WorkerType, cancellationToken),
        };
        return await peers.To(request.NodeUrl).CallAsync(NodeOperations.LaunchWorker, launch, cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "Node at {NodeUrl} registered")]
    private static partial void LogRegistered(ILogger logger, Uri nodeUrl);
}
