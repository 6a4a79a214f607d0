using Mindtrace.Cluster;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Nodes;

/// <summary>Takes nodes in: makes them known, and hands them the settings of the cluster.</summary>
internal sealed partial class NodeRegistrar(
    RedisNodeDirectory nodes, ClusterSettings settings, OutboundAddresses addresses, ILogger<NodeRegistrar> logger)
{
    public async Task<RegisterNodeResponse> RegisterAsync(Uri node, CancellationToken cancellationToken)
    {
        addresses.Require(node, "node_url");
        var handed = await settings.ForNodeAsync(node, cancellationToken);
        await nodes.RegisterAsync(node, cancellationToken);
        LogRegistered(node);
        return handed;
    }

    [LoggerMessage(LogLevel.Information, "Node at {NodeUrl} registered")]
    private partial void LogRegistered(Uri nodeUrl);
}
