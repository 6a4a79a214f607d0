using Mindtrace.Jobs;

namespace Mindtrace.Manager.Workers;

/// <summary>Something was asked of a worker's node, and no node launched it.</summary>
internal sealed class WorkerNotLaunchedException(WorkerId worker)
    : Exception($"No node launched the worker '{worker}': its output is where it was started, and it is stopped there.");
