using Mindtrace.Cluster;

namespace Mindtrace.Manager.Nodes;

/// <summary>A worker is to be launched on any node, and there is none that could.</summary>
internal sealed class NoNodeException(WorkerTypeName type, IReadOnlyList<(Uri Node, string Reason)> refusals) : Exception(
    refusals.Count == 0
        ? "There is no node. Start one; list_nodes tells which were seen lately."
        : $"None of {refusals.Count} nodes can take a worker of type {type}: {Reasons(refusals)}.")
{
    private const int MaxReasons = 100;

    /// <summary>Tells of each node why not; of many nodes, of the first ones.</summary>
    private static string Reasons(IReadOnlyList<(Uri Node, string Reason)> refusals) =>
        string.Join("; ", refusals.Take(MaxReasons).Select(refusal => $"{refusal.Node} {refusal.Reason}"))
        + (refusals.Count > MaxReasons ? $"; and {refusals.Count - MaxReasons} more" : "");
}

/// <summary>A node was named that the manager does not know.</summary>
internal sealed class NodeNotFoundException(Uri node)
    : Exception($"There is no node at {node}. It never registered, has ended, or was not heard of for a day.");

/// <summary>A worker is to be launched on a drained node.</summary>
internal sealed class NodeDrainedException(Uri node) : Exception($"The node at {node} is drained. Resume it, or launch the worker on another.");
