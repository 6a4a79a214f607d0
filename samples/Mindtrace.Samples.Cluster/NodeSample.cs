using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Samples.Cluster;

/// <summary>A worker type with a job type: what a node launches of it consumes the jobs, with no further registration.</summary>
internal static class NodeSample
{
    private static readonly JobSchema<EchoInput, EchoOutput> EchoJob = new("echo_job");

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var cluster = await LocalCluster.StartAsync(cancellationToken);
        var node = await cluster.StartNodeAsync("18200-18204", cancellationToken);

        var workerType = WorkerTypeName.Parse("echo_worker");
        await cluster.Client.RegisterWorkerTypeAsync(
            new RegisterWorkerTypeRequest(workerType, nameof(EchoWorker)) { JobType = EchoJob.Type }, cancellationToken);

        // Submitted before there is any worker: it waits in its queue.
        var job = await cluster.Client.SubmitJobAsync(EchoJob.CreateJob(new EchoInput { Message = "Hello node" }), cancellationToken);
        Console.WriteLine($"Job {job.Status}");

        await cluster.Client.LaunchAsync(node.Url, workerType, cancellationToken);
        var finished = await cluster.Client.WaitForJobAsync(job.JobId, cancellationToken);
        Console.WriteLine($"Job {finished.Status}: {finished.Output}");
    }
}
