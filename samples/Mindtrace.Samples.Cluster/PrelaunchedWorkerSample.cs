using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Samples.Cluster;

/// <summary>A worker that runs already is told to consume a job type. Its status shows while it works and afterwards.</summary>
internal static class PrelaunchedWorkerSample
{
    private static readonly JobSchema<EchoInput, EchoOutput> EchoJob = new("echo_job");

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var cluster = await LocalCluster.StartAsync(cancellationToken);
        var worker = await cluster.StartWorkerAsync(nameof(EchoWorker), cancellationToken);
        await cluster.Client.RegisterJobToWorkerAsync(EchoJob.Type, worker.Url, cancellationToken);

        var job = EchoJob.CreateJob(new EchoInput { Message = "Hello worker", Delay = 2 });
        var status = await cluster.Client.SubmitJobAsync(job, cancellationToken);
        while (status.Status == JobState.Queued)
        {
            status = await cluster.Client.GetJobStatusAsync(job.Id, cancellationToken);
        }

        await ShowAsync(status);
        await ShowAsync(await cluster.Client.WaitForJobAsync(job.Id, cancellationToken));

        async Task ShowAsync(JobStatus seen)
        {
            var known = await cluster.Client.GetWorkerStatusByUrlAsync(worker.Url.AbsoluteUri, cancellationToken);
            var asked = await cluster.Client.QueryWorkerStatusByUrlAsync(worker.Url.AbsoluteUri, cancellationToken);
            Console.WriteLine($"Job {seen.Status} {seen.Output}, worker {known.Status}, asked itself {asked.Status}");
        }
    }
}
