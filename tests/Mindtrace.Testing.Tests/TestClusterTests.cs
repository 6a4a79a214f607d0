using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Testing.Tests;

public sealed class TestClusterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Submit_Inline_JobHasRunWhenTheCallReturns()
    {
        await using var cluster = MindtraceTestCluster.Create(builder => builder.AddWorker<EchoWorker>("echo_job"));

        var submitted = await cluster.Client.SubmitJobAsync(EchoWorker.EchoJob.CreateJob(new EchoInput { Message = "hello" }), Cancel);

        Assert.Equal(JobState.Queued, submitted.Status);
        var finished = await cluster.Client.GetJobStatusAsync(submitted.JobId, Cancel);
        Assert.Equal(JobState.Completed, finished.Status);
        Assert.Equal("hello", EchoWorker.EchoJob.ReadOutput(finished.Output)!.Echoed);
    }

    [Fact]
    public async Task Submit_Manual_WaitsForTheTest()
    {
        await using var cluster = MindtraceTestCluster.Create(builder =>
        {
            builder.AddWorker(Schemas.Order, order => new Receipt(order.Item));
            builder.Execution = JobExecution.Manual;
        });
        var submitted = await cluster.Client.SubmitJobAsync(Schemas.Order.CreateJob(new Order("tea")), Cancel);
        Assert.Equal(JobState.Queued, (await cluster.Client.GetJobStatusAsync(submitted.JobId, Cancel)).Status);

        Assert.Equal(1, await cluster.RunAsync(Cancel));

        Assert.Equal(JobState.Completed, (await cluster.Client.WaitForJobAsync(submitted.JobId, Cancel)).Status);
    }

    [Fact]
    public async Task RunToEnd_FailingJob_IsRetriedAfterItsBackoff()
    {
        await using var cluster = Failing(attempts: 2);
        var id = await OrderAsync(cluster, job => job with { MaxAttempts = 3 });

        await cluster.RunToEndAsync(Cancel);

        var details = await cluster.Client.InspectJobAsync(id, Cancel);
        Assert.Equal((JobState.Completed, 2), (details.Status.Status, details.Failures));
        var log = await cluster.ReadLogAsync(id, Cancel);
        Assert.Equal(["attempt 1", "attempt 2", "attempt 3"], log.Where(line => line.Stream == JobLogStream.Stdout).Select(line => line.Line));
        Assert.Equal(2, log.Count(line => line is { Stream: JobLogStream.Stderr, Line: "System.InvalidOperationException: sold out" }));
    }

    [Fact]
    public async Task DeadLetter_Requeued_RunsAgain()
    {
        await using var cluster = Failing(attempts: 1);
        var id = await OrderAsync(cluster);
        var letter = Assert.Single((await cluster.Client.GetDeadLettersAsync(Cancel)));
        Assert.Equal((id, "InvalidOperationException: sold out"), (letter.JobId, letter.Job.Error));

        await cluster.Client.RequeueDeadLetterAsync(id, cancellationToken: Cancel);

        Assert.Equal(JobState.Failed, (await cluster.Client.GetJobStatusAsync(id, Cancel)).Status);
        await cluster.Client.DiscardDeadLetterAsync(id, Cancel);
        Assert.Empty(await cluster.Client.GetDeadLettersAsync(Cancel));
    }

    [Fact]
    public async Task Advance_JobOfALaterTime_RunsWhenItIsDue()
    {
        await using var cluster = Failing(attempts: 0);
        var id = await OrderAsync(cluster, job => job with { NotBefore = cluster.Time.GetUtcNow().AddHours(1) });

        Assert.Equal(0, await cluster.AdvanceAsync(TimeSpan.FromMinutes(59), Cancel));
        Assert.Equal(1, await cluster.AdvanceAsync(TimeSpan.FromMinutes(1), Cancel));

        Assert.Equal(JobState.Completed, (await cluster.Client.GetJobStatusAsync(id, Cancel)).Status);
    }

    [Fact]
    public async Task Wait_InlineForALaterTime_SaysWhatTheTestHasToDo()
    {
        await using var cluster = Failing(attempts: 0);
        var id = await OrderAsync(cluster, job => job with { NotBefore = cluster.Time.GetUtcNow().AddHours(1) });

        var fault = await Assert.ThrowsAsync<OperationException>(() => cluster.Client.WaitForJobAsync(id, Cancel));

        Assert.Contains("call AdvanceAsync or RunToEndAsync", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wait_InlineWithoutAWorker_SaysWhichIsMissing()
    {
        await using var cluster = MindtraceTestCluster.Create();
        var id = await OrderAsync(cluster);

        var fault = await Assert.ThrowsAsync<OperationException>(() => cluster.Client.WaitForJobAsync(id, Cancel));

        Assert.Equal("The test cluster has no worker for 'order': add one, or do not wait.", fault.Detail);
    }

    [Fact]
    public async Task Run_CodeThatWaitsOnTheClock_GoesOnWhenTheTestMovesIt()
    {
        await using var cluster = Slow();
        var id = await OrderAsync(cluster);

        var running = cluster.RunAsync(Cancel);
        Assert.Equal(JobState.Running, (await cluster.Client.GetJobStatusAsync(id, Cancel)).Status);
        cluster.Time.Advance(SlowWorker.Duration);
        await running;

        Assert.Equal(JobState.Completed, (await cluster.Client.GetJobStatusAsync(id, Cancel)).Status);
    }

    [Fact]
    public async Task Run_JobWithATimeout_FailsWhenItIsOver()
    {
        await using var cluster = Slow();
        var id = await OrderAsync(cluster, job => job with { Timeout = TimeSpan.FromMinutes(1) });

        var running = cluster.RunAsync(Cancel);
        cluster.Time.Advance(TimeSpan.FromMinutes(1));
        await running;

        Assert.Equal(JobState.Failed, (await cluster.Client.GetJobStatusAsync(id, Cancel)).Status);
    }

    [Fact]
    public async Task Cancel_RunningJob_StopsItsCode()
    {
        await using var cluster = Slow();
        var id = await OrderAsync(cluster);

        var running = cluster.RunAsync(Cancel);
        await cluster.Client.CancelJobAsync(id, Cancel);
        await running;

        Assert.Equal(JobState.Cancelled, (await cluster.Client.GetJobStatusAsync(id, Cancel)).Status);
    }

    [Fact]
    public async Task RegisteredJobType_GivesItsRulesToItsJobs()
    {
        await using var cluster = Failing(attempts: 1);
        await cluster.Client.RegisterJobTypeAsync(Schemas.Order.Define() with { MaxAttempts = 2 }, Cancel);
        var id = await OrderAsync(cluster);

        await cluster.RunToEndAsync(Cancel);

        Assert.Equal(JobState.Completed, (await cluster.Client.GetJobStatusAsync(id, Cancel)).Status);
    }

    [Fact]
    public async Task Submit_InvalidJob_IsRefusedAsByAManager()
    {
        await using var cluster = Failing(attempts: 0);

        var fault = await Assert.ThrowsAsync<OperationException>(() => OrderAsync(cluster, job => job with { MaxAttempts = -1 }));

        Assert.Equal(ProblemTypes.InvalidRequest, fault.ProblemType);
    }

    [Fact]
    public async Task GetJobStatus_UnknownJob_IsNotFound()
    {
        await using var cluster = Failing(attempts: 0);

        var fault = await Assert.ThrowsAsync<OperationException>(() => cluster.Client.GetJobStatusAsync(JobId.New(), Cancel));

        Assert.Equal(ProblemTypes.Prefix + "job-not-found", fault.ProblemType);
    }

    [Fact]
    public async Task OperationOfNodes_IsNotThereAndSaysSo()
    {
        await using var cluster = Failing(attempts: 0);

        var fault = await Assert.ThrowsAsync<NotSupportedException>(() => cluster.Client.ListNodesAsync(Cancel));

        Assert.Contains("list_nodes", fault.Message, StringComparison.Ordinal);
    }

    private static MindtraceTestCluster Failing(int attempts) => MindtraceTestCluster.Create(builder =>
    {
        builder.AddWorker<OrderWorker>("order");
        builder.Services.AddSingleton(new OrderDesk { FailedAttempts = attempts });
    });

    private static MindtraceTestCluster Slow() => MindtraceTestCluster.Create(builder =>
    {
        builder.AddWorker<SlowWorker>("order");
        builder.Execution = JobExecution.Manual;
    });

    private static async Task<JobId> OrderAsync(MindtraceTestCluster cluster, Func<Job, Job>? change = null)
    {
        var job = Schemas.Order.CreateJob(new Order("tea"));
        return (await cluster.Client.SubmitJobAsync(change?.Invoke(job) ?? job, Cancel)).JobId;
    }
}
