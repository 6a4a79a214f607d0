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

    /// <summary>Makes what is kept of a node's sign of life.</summary>
    public static NodeReport Report(NodeHeartbeatRequest beat) => new(beat.Workers, beat.MaxWorkers)
    {
        Total = beat.Resources is { } total ? new NodeResources(total.Cpus, total.MemoryBytes, total.Gpus) : null,
        Reserved = beat.Reserved is { } reserved ? new NodeResources(reserved.Cpus, reserved.MemoryBytes, reserved.Gpus) : NodeResources.None,
        Labels = beat.Labels ?? new Dictionary<string, string>(),
    };

    private static NodeCapacity Capacity(NodeResources resources) => new(resources.Cpus, resources.MemoryBytes, resources.Gpus);

    private static NodeStatus Status(KnownNode node) => new(
        node.Url, node.IsSilent ? NodeState.Silent : NodeState.Alive, node.Workers, node.Report?.MaxWorkers, node.LastBeatAt)
    {
        Resources = node.Report?.Total is { } total ? Capacity(total) : null,
        Reserved = node.Report?.Total is null ? null : Capacity(node.Reserved),
        Labels = node.Report?.Labels ?? new Dictionary<string, string>(),
        IsDraining = node.Drain is not null, DrainDeadline = node.Drain?.Deadline,
    };
}
