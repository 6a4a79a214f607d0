using Mindtrace.Cluster;
using Mindtrace.Jobs.Redis;

namespace Mindtrace.Manager.Nodes;

/// <summary>Takes nodes in: makes them known, and hands them the settings of the cluster.</summary>
internal sealed partial class NodeRegistrar(RedisNodeDirectory nodes, ClusterSettings settings, ILogger<NodeRegistrar> logger)
{
    public async Task<RegisterNodeResponse> RegisterAsync(Uri node, CancellationToken cancellationToken)
    {
        await nodes.RegisterAsync(node, cancellationToken);
        LogRegistered(node);
        return settings.ForNode();
    }

    [LoggerMessage(LogLevel.Information, "Node at {NodeUrl} registered")]
    private partial void LogRegistered(Uri nodeUrl);
}
