using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>A worker was asked to consume a queue after it was drained.</summary>
internal sealed class WorkerDrainingException(JobType type)
    : Exception($"The worker was drained and will not consume '{type}'. Shut it down and launch another.");
