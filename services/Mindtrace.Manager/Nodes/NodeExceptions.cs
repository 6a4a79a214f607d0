namespace Mindtrace.Manager.Nodes;

/// <summary>A worker is to be launched on any node, and there is none that could.</summary>
internal sealed class NoNodeException(int alive) : Exception(alive == 0
    ? "No node is alive. Start one, or name one as node_url; list_nodes tells which were seen lately."
    : $"All live nodes ({alive}) are drained, or have as many workers as they have ports for. "
        + "Resume one, shut workers down, start another node, or widen Node:WorkerPorts.");

/// <summary>A node was named that the manager does not know.</summary>
internal sealed class NodeNotFoundException(Uri node)
    : Exception($"There is no node at {node}. It never registered, has ended, or was not heard of for a day.");

/// <summary>A worker is to be launched on a drained node.</summary>
internal sealed class NodeDrainedException(Uri node) : Exception($"The node at {node} is drained. Resume it, or launch the worker on another.");
