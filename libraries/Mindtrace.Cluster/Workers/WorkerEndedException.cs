namespace Mindtrace.Cluster;

/// <summary>A worker was to be drained or resumed that has ended, or was let go: it had nothing left to run.</summary>
internal sealed class WorkerEndedException(string worker) : Exception($"The worker '{worker}' has ended, or is about to. Launch another.");
