namespace Mindtrace.Node.Launching;

/// <summary>A launch was named that this node does not know.</summary>
internal sealed class LaunchNotFoundException(Guid id) : Exception($"There is no launch '{id}' on this node, or it has ended long ago.");
