namespace Mindtrace.Node.Logs;

/// <summary>A log was asked for of a worker that this node does not know, or that has not been started yet.</summary>
internal sealed class WorkerNotFoundException(string worker) : Exception(
    $"There is no log of {worker} on this node: it is not known here, has not been started yet, or has ended long ago.");
