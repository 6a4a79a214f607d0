namespace Mindtrace.Node.Logs;

/// <summary>What one process of a worker writes.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Log">What it has written.</param>
/// <param name="Ended">Ends with the process.</param>
internal sealed record WorkerOutput(Guid WorkerId, WorkerLog Log, Task Ended);
