using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Docs.Tests.Guide;

[Collection(nameof(GuideCluster))]
public sealed class QuickStartTests(GuideCluster guide)
{
    [Fact]
    public async Task QuickStart_RunsAJobOnAWorkerOfTheNode()
    {
        var (cluster, node) = (guide.Client, guide.Node);

        #region register-worker-type
        var echoJob = new JobSchema<EchoInput, EchoOutput>("echo_job");
        var echoWorker = WorkerTypeName.Parse("echo_worker");
        await cluster.RegisterWorkerTypeAsync(
            new RegisterWorkerTypeRequest(echoWorker, "mindtrace.cluster.workers.echo_worker.EchoWorker") { JobType = echoJob.Type });
        #endregion

        #region launch-worker
        var launch = await cluster.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(echoWorker) { NodeUrl = node.Url });
        var status = await cluster.LaunchWorkerStatusAsync(launch.NodeUrl, launch.LaunchId);
        Console.WriteLine(status.Status);   // Pending, Running, Ready or Failed
        #endregion

        #region submit-job
        var job = echoJob.CreateJob(new EchoInput { Message = "Hello cluster", Delay = 0 });
        var submitted = await cluster.SubmitJobAsync(job);
        Console.WriteLine(submitted.Status);   // Queued: it waits for the worker

        var finished = await cluster.WaitForJobAsync(job.Id);
        Console.WriteLine(echoJob.ReadOutput(finished.Output));   // EchoOutput { Echoed = Hello cluster }
        #endregion

        #region query-status
        var jobStatus = await cluster.GetJobStatusAsync(job.Id);
        Console.WriteLine(jobStatus.Status);

        var workerStatus = await cluster.GetWorkerStatusAsync(jobStatus.WorkerId);
        Console.WriteLine(workerStatus.Status);   // Idle, Running or Nonexistent
        #endregion
        Assert.Equal(JobState.Completed, jobStatus.Status);
        Assert.Equal("Hello cluster", echoJob.ReadOutput(finished.Output)!.Echoed);
        Assert.NotEqual(WorkerState.Nonexistent, workerStatus.Status);
    }
}
