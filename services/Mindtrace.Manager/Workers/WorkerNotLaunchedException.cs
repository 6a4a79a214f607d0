using Mindtrace.Jobs;

namespace Mindtrace.Manager.Workers;

/// <summary>The output was asked for of a worker that no node launched, so nobody keeps it.</summary>
internal sealed class WorkerNotLaunchedException(WorkerId worker)
    : Exception($"No node launched the worker '{worker}': what it writes goes where it was started.");
