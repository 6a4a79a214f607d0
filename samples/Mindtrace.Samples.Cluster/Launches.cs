using Mindtrace.Cluster;

namespace Mindtrace.Samples.Cluster;

internal static class Launches
{
    /// <summary>Has a node launch a worker, and waits until it is ready. A launch answers at once; its status tells how it goes.</summary>
    public static async Task<LaunchStatus> LaunchAsync(
        this ClusterClient cluster, Uri node, WorkerTypeName workerType, CancellationToken cancellationToken)
    {
        var launch = await cluster.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(workerType) { NodeUrl = node }, cancellationToken);
        var status = await cluster.WaitForLaunchAsync(launch, cancellationToken);
        if (status.Status == LaunchState.Failed)
        {
            throw new InvalidOperationException(status.Error);
        }

        Console.WriteLine($"Worker of type {workerType} is ready at {status.WorkerUrl}");
        return status;
    }
}
