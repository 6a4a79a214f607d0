using Mindtrace.Cluster;

namespace Mindtrace.Samples.Cluster;

internal static class Launches
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Has a node launch a worker, and waits until it is ready. A launch answers at once; its status tells how it goes.</summary>
    public static async Task<LaunchStatus> LaunchAsync(
        this ClusterClient cluster, Uri node, WorkerTypeName workerType, CancellationToken cancellationToken)
    {
        var launch = await cluster.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(workerType) { NodeUrl = node }, cancellationToken);
        using var look = new PeriodicTimer(LookInterval);
        while (true)
        {
            var status = await cluster.LaunchWorkerStatusAsync(node, launch.LaunchId, cancellationToken);
            switch (status.Status)
            {
                case LaunchState.Ready:
                    Console.WriteLine($"Worker of type {workerType} is ready at {status.WorkerUrl}");
                    return status;
                case LaunchState.Failed:
                    throw new InvalidOperationException(status.Error);
            }

            await look.WaitForNextTickAsync(cancellationToken);
        }
    }
}
