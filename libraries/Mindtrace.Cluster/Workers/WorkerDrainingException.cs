using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>A worker was asked to consume a queue after it was drained.</summary>
internal sealed class WorkerDrainingException(JobType type)
    : Exception($"The worker is drained and does not consume '{type}'. Resume it, or launch another.");
