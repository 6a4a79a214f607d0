using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Samples.Cluster;

/// <summary>A store, a manager and three workers, each a process of its own, share one queue of jobs.</summary>
internal static class ManyProcessesSample
{
    private static readonly JobSchema<EchoInput, EchoOutput> EchoJob = new("echo_job");

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var cluster = await LocalCluster.StartAsync(cancellationToken);
        for (var i = 0; i < 3; i++)
        {
            var worker = await cluster.StartWorkerAsync(nameof(EchoWorker), cancellationToken);
            await cluster.Client.RegisterJobToWorkerAsync(EchoJob.Type, worker.Url, cancellationToken);
        }

        var jobs = await cluster.Client.SubmitJobsAsync(
            [.. Enumerable.Range(1, 9).Select(i => EchoJob.CreateJob(new EchoInput { Message = $"{i}", Delay = 0.3 }))], cancellationToken);
        var finished = await Task.WhenAll(jobs.Select(job => cluster.Client.WaitForJobAsync(job.JobId, cancellationToken)));
        foreach (var worker in finished.GroupBy(status => status.WorkerId))
        {
            Console.WriteLine($"Worker {worker.Key} ran {worker.Count()} jobs");
        }

        Console.WriteLine($"{finished.Count(status => status.Status == JobState.Completed)} of {jobs.Count} jobs completed");
    }
}
