using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Testing;

namespace Mindtrace.Docs.Tests.Readme;

public sealed class TestClusterTests
{
    [Fact]
    public async Task TestCluster_RunsAJob()
    {
        #region test-cluster
        await using var cluster = MindtraceTestCluster.Create(builder => builder.AddWorker<EchoWorker>("echo_job"));

        var submitted = await cluster.Client.SubmitJobAsync(EchoWorker.EchoJob.CreateJob(new EchoInput { Message = "hello" }));

        var finished = await cluster.Client.WaitForJobAsync(submitted.JobId);
        cluster.Jobs.ShouldContainSingle(EchoWorker.EchoJob, input => input.Message == "hello");
        #endregion

        Assert.Equal(JobState.Completed, finished.Status);
    }

    [Fact]
    public async Task TestCluster_Manual_RunsAJobThatWaitsOnTheClock()
    {
        await using var cluster = MindtraceTestCluster.Create(builder =>
        {
            builder.Execution = JobExecution.Manual;
            builder.AddWorker<EchoWorker>("echo_job");
        });
        var job = await cluster.Client.SubmitJobAsync(EchoWorker.EchoJob.CreateJob(new EchoInput { Message = "later", Delay = 600 }));

        #region test-cluster-time
        var running = cluster.RunAsync();
        cluster.Time.Advance(TimeSpan.FromMinutes(10));
        await running;
        #endregion

        Assert.Equal(JobState.Completed, (await cluster.Client.GetJobStatusAsync(job.JobId)).Status);
    }
}
