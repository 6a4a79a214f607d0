using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Cli.Overview;

/// <summary>The cluster at one moment.</summary>
/// <param name="At">When.</param>
/// <param name="Nodes">The nodes.</param>
/// <param name="Workers">The workers.</param>
/// <param name="Jobs">How many jobs there are.</param>
internal sealed record ClusterSnapshot(DateTimeOffset At, IReadOnlyList<NodeStatus> Nodes, IReadOnlyList<WorkerStatus> Workers, JobCensus Jobs)
{
    public static async Task<ClusterSnapshot> TakeAsync(ClusterClient cluster, TimeProvider time, CancellationToken cancellationToken)
    {
        var (nodes, workers, jobs) = (
            cluster.ListNodesAsync(cancellationToken), cluster.ListWorkersAsync(cancellationToken), cluster.CountJobsAsync(cancellationToken));
        return new ClusterSnapshot(time.GetUtcNow(), await nodes, await workers, await jobs);
    }

    /// <summary>Gets how many workers are in a state.</summary>
    public int Count(WorkerState state) => Workers.Count(worker => worker.Status == state);

    /// <summary>Reckons how many jobs have ended each second since an earlier moment.</summary>
    /// <returns>The number; none without an earlier moment. Jobs that were forgotten meanwhile are missing.</returns>
    public double? EndedPerSecond(ClusterSnapshot? before) =>
        before is null || At <= before.At ? null : Math.Max(0, Ended - before.Ended) / (At - before.At).TotalSeconds;

    private long Ended => Jobs.JobTypes.Sum(type => type.Completed + type.Failed + type.Error + type.Cancelled);
}
