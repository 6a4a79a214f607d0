using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Nodes;

/// <summary>Makes clients of nodes that callers name. Calls carry the cluster's key, so they go to registered nodes alone.</summary>
internal sealed class NodeCalls(RedisNodeDirectory nodes, PeerClients peers)
{
    /// <exception cref="InvalidRequestException">No node is registered at the URL.</exception>
    public async Task<ServiceClient> ToAsync(Uri node, CancellationToken cancellationToken) => await nodes.IsKnownAsync(node, cancellationToken)
        ? peers.To(node)
        : throw new InvalidRequestException("node_url", "must be the URL of a registered node, as list_nodes shows it");
}
