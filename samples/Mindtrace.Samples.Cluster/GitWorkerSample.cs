using System.Reflection;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Samples.Cluster;

/// <summary>A worker from a git repository: the node clones it, builds the project, and launches it. Here it is this repository's own last commit.</summary>
internal static class GitWorkerSample
{
    private static readonly JobSchema<EchoInput, EchoOutput> UppercaseJob = new("uppercase_job");

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var cluster = await LocalCluster.StartAsync(cancellationToken);
        var node = await cluster.StartNodeAsync("18225-18229", cancellationToken);
        var repository = typeof(GitWorkerSample).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

        var workerType = WorkerTypeName.Parse("uppercase");
        await cluster.Client.RegisterWorkerTypeAsync(
            new RegisterWorkerTypeRequest(workerType, "UppercaseWorker")
            {
                GitRepoUrl = new Uri(new Uri(repository).AbsoluteUri),
                GitWorkingDir = "samples/Mindtrace.Samples.Uppercase",
                JobType = UppercaseJob.Type,
            },
            cancellationToken);
        Console.WriteLine("The node clones and builds the repository; the first time this takes a while");
        await cluster.Client.LaunchAsync(node.Url, workerType, cancellationToken);

        var job = await cluster.Client.SubmitJobAsync(UppercaseJob.CreateJob(new EchoInput { Message = "git" }), cancellationToken);
        var finished = await cluster.Client.WaitForJobAsync(job.JobId, cancellationToken);
        Console.WriteLine($"Job {finished.Status}: {finished.Output}");
    }
}
