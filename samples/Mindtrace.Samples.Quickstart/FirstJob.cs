using System.Diagnostics;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Samples.Quickstart;

/// <summary>Submits one echo job, waits for it and prints its outcome.</summary>
internal sealed class FirstJob(ClusterClient cluster)
{
    public const string SourceName = "Mindtrace.Samples.Quickstart";

    private static readonly ActivitySource Source = new(SourceName);

    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        // Started along with the manager, and quicker than it.
        await cluster.WaitUntilAvailableAsync(cancellationToken: cancellationToken);

        using var trace = Source.StartActivity("quickstart");

        // Jobs of a known type wait in their queue; whether a worker is there already does not matter.
        await cluster.RegisterJobTypeAsync(EchoWorker.EchoJob.Define(), cancellationToken);

        var job = EchoWorker.EchoJob.CreateJob(new EchoInput { Message = "Hello cluster" });
        var submitted = await cluster.SubmitJobAsync(job, cancellationToken);
        Console.WriteLine($"Submitted job {job.Id} of type {job.SchemaName}: {Lower(submitted.Status)}");

        var finished = await cluster.WaitForJobAsync(job.Id, cancellationToken);
        Console.WriteLine($"Job {Lower(finished.Status)} by worker {finished.WorkerId}: {finished.Output}");
        return finished.Status == JobState.Completed;
    }

    private static string Lower(JobState state) => state.ToString().ToLowerInvariant();
}
