using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs.Redis;

namespace Mindtrace.Manager.Nodes;

/// <summary>Tells what is known of nodes, and drains and resumes them.</summary>
internal sealed class NodeStatuses(RedisNodeDirectory nodes, IOptions<NodeOptions> options)
{
    public async Task<ListNodesResponse> ListAsync(CancellationToken cancellationToken) =>
        new([.. (await nodes.ListAsync(options.Value.SilentAfter, cancellationToken)).Select(Status)]);

    /// <exception cref="NodeNotFoundException">There is no such node.</exception>
    public async Task<NodeStatus> DrainAsync(DrainNodeRequest request, CancellationToken cancellationToken) =>
        await nodes.DrainAsync(request.NodeUrl, request.Timeout, cancellationToken)
            ? await FindAsync(request.NodeUrl, cancellationToken)
            : throw new NodeNotFoundException(request.NodeUrl);

    /// <exception cref="NodeNotFoundException">There is no such node. Its drain is taken back all the same, should it come again.</exception>
    public async Task<NodeStatus> ResumeAsync(Uri node, CancellationToken cancellationToken)
    {
        await nodes.ResumeAsync(node, cancellationToken);
        return await FindAsync(node, cancellationToken);
    }

    private async Task<NodeStatus> FindAsync(Uri node, CancellationToken cancellationToken) =>
        (await nodes.ListAsync(options.Value.SilentAfter, cancellationToken)).FirstOrDefault(known => known.Url == node) is { } found
            ? Status(found)
            : throw new NodeNotFoundException(node);

    private static NodeStatus Status(KnownNode node) => new(
        node.Url, node.IsSilent ? NodeState.Silent : NodeState.Alive, node.Workers, node.MaxWorkers, node.LastBeatAt)
    {
        IsDraining = node.Drain is not null, DrainDeadline = node.Drain?.Deadline,
    };
}
