namespace Mindtrace.Manager.Nodes;

/// <summary>A worker is to be launched on any node, and there is none that could.</summary>
internal sealed class NoNodeException(int alive) : Exception(alive == 0
    ? "No node is alive. Start one, or name one as node_url; list_nodes tells which were seen lately."
    : $"All live nodes ({alive}) have as many workers as they have ports for. Shut workers down, start another node, or widen Node:WorkerPorts.");
