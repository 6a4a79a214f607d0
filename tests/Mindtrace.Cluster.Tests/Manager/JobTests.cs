using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;
using StackExchange.Redis;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>Submit, look up, wait and cancel through the manager, with a real worker behind it.</summary>
public sealed class JobTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Fact]
    public async Task Submit_SameIdAgain_AnswersTheFirstJobAndRunsOnce()
    {
        var type = ClusterFixture.NewType("twice");
        var code = new GatedWorker();
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        var job = type.CreateJob(new EchoInput { Message = "first" });

        await Cluster.SubmitJobAsync(job, Cancel);
        var run = await code.NextRunAsync();
        var whileRunning = await Cluster.SubmitJobAsync(job with { Payload = JsonElement.Parse("""{"message":"second"}""") }, Cancel);
        run.Complete();
        var completed = await Cluster.WaitForJobAsync(job.Id, Cancel).InTime();
        var afterwards = await Cluster.SubmitJobAsync(job, Cancel);

        Assert.Equal((JobState.Running, "first"), (whileRunning.Status, whileRunning.Job.Payload.GetProperty("message").GetString()));
        Assert.Equal((JobState.Completed, completed.Job.CompletedAt), (afterwards.Status, afterwards.Job.CompletedAt));

        // A job behind it in the same queue has come to its end: a second message of the first would have run before.
        var last = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "last" }), Cancel);
        (await code.NextRunAsync()).Complete();
        await Cluster.WaitForJobAsync(last.JobId, Cancel).InTime();
        Assert.Equal(2, code.Runs);
    }

    [Fact]
    public async Task Submit_JobTypeHasNoRoute_IsAnErrorInTheOriginalsWords()
    {
        var status = await Cluster.SubmitJobAsync(new Job { SchemaName = JobType.Parse("nobody-knows"), Payload = JobsJson.EmptyObject }, Cancel);

        Assert.Equal(JobState.Error, status.Status);
        Assert.Equal("""{"error":"No job schema targeting found for job type nobody-knows"}""", status.Output.GetRawText());
        Assert.Equal(JobState.Error, (await Cluster.GetJobStatusAsync(status.JobId, Cancel)).Status);
        Assert.DoesNotContain(await Cluster.GetDeadLettersAsync(Cancel), letter => letter.JobId == status.JobId);
    }

    [Fact]
    public async Task UnknownJob_LookedUpWaitedForOrCancelled_Is404()
    {
        var unknown = JobId.New();
        await AssertNotFoundAsync(() => Cluster.GetJobStatusAsync(unknown, Cancel));
        await AssertNotFoundAsync(() => Cluster.WaitForJobAsync(unknown, Cancel));
        await AssertNotFoundAsync(() => Cluster.CancelJobAsync(unknown, Cancel));

        static async Task AssertNotFoundAsync(Func<Task> call)
        {
            var refused = await Assert.ThrowsAsync<OperationException>(call);
            Assert.Equal((404, "urn:mindtrace:problem:job-not-found"), (refused.Status, refused.ProblemType));
        }
    }

    [Fact]
    public async Task Cancel_QueuedJob_IsCancelledAtOnceAndNeverRuns()
    {
        var type = ClusterFixture.NewType("cancelled");
        await fixture.RouteAsync(type.Type);
        var job = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "no" }), Cancel);

        var answer = await Cluster.CancelJobAsync(job.JobId, Cancel);
        var again = await Cluster.CancelJobAsync(job.JobId, Cancel);

        Assert.Equal((true, JobState.Cancelled), (answer.Cancelled, answer.Status.Status));
        Assert.Equal((true, JobState.Cancelled), (again.Cancelled, again.Status.Status));
        var code = new GatedWorker();
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        var next = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "yes" }), Cancel);
        var run = await code.NextRunAsync();
        Assert.Equal((next.JobId, 1), (run.Context.JobId, code.Runs));
    }

    [Fact]
    public async Task Cancel_RunningJob_StopsItsWorkersCode()
    {
        var type = ClusterFixture.NewType("stopped");
        var code = new GatedWorker();
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        var job = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "long" }), Cancel);
        await code.NextRunAsync();

        var answer = await Cluster.CancelJobAsync(job.JobId, Cancel);

        // The worker may have stopped before the answer is written; the answer says how it is, not how it was.
        Assert.Equal(answer.Status.Status == JobState.Cancelled, answer.Cancelled);
        Assert.Contains(answer.Status.Status, new[] { JobState.Running, JobState.Cancelled });
        Assert.Equal(JobState.Cancelled, (await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime()).Status);
    }

    [Fact]
    public async Task Cancel_WorkerIgnoresIt_AnswersRunningAndItsCompletionStands()
    {
        var type = ClusterFixture.NewType("ignored");
        var code = new GatedWorker { IgnoresStops = true };
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        var job = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "long" }), Cancel);
        var run = await code.NextRunAsync();

        var answer = await Cluster.CancelJobAsync(job.JobId, Cancel);
        Assert.Equal((false, JobState.Running), (answer.Cancelled, answer.Status.Status));

        run.Complete();
        var completed = await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();
        Assert.Equal((JobState.Completed, "long"), (completed.Status, type.ReadOutput(completed.Output)!.Echoed));
    }

    // Brokers refuse messages from some size on; 16 MiB is RabbitMQ's.
    [Fact]
    public async Task Submit_LargePayload_TravelsByReference()
    {
        var type = ClusterFixture.NewType("large");
        await fixture.RouteAsync(type.Type);
        var message = new string('x', 300 * 1024);
        var job = type.CreateJob(new EchoInput { Message = message });
        await Cluster.SubmitJobAsync(job, Cancel);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(fixture.Redis);
        var queue = new RedisJobQueue(connection, new RedisKeySpace(), new RedisQueueOptions(), TimeProvider.System, NullLogger<RedisJobQueue>.Instance);
        await using (var consumer = await queue.ConsumeAsync(type.Type, prefetch: 1, Cancel))
        {
            var delivery = await consumer.ReadAllAsync(Cancel).FirstAsync(Cancel).InTime();
            Assert.Equal((job.Id, 0), (delivery.Message.JobId, delivery.Message.Body.Length));
        }

        await using var worker = await WorkerProgram.StartAsync(fixture.Redis, new EchoWorker(TimeProvider.System));
        await Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);

        var status = await Cluster.WaitForJobAsync(job.Id, Cancel).InTime();
        Assert.Equal((JobState.Completed, message), (status.Status, status.Output.GetProperty("echoed").GetString()));
    }

    [Fact]
    public async Task Wait_NoTimeAtAll_AnswersThePresentStatus()
    {
        var type = ClusterFixture.NewType("waiting");
        await fixture.RouteAsync(type.Type);
        var job = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "later" }), Cancel);

        var status = await fixture.Manager.Service.CallAsync(JobOperations.WaitForJob, new WaitForJobRequest(job.JobId) { TimeoutSeconds = 0 }, Cancel).InTime();

        Assert.Equal((job.JobId, JobState.Queued), (status.JobId, status.Status));
    }
}
