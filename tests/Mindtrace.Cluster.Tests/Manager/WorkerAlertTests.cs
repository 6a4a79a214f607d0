using System.Text.Json;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>Workers in other languages: they tell of starts and ends, and the manager keeps their attempts.</summary>
public sealed class WorkerAlertTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ServiceClient Manager => fixture.Manager.Service;

    [Fact]
    public async Task Started_SetsRunningAndWorker()
    {
        await using var worker = await ForeignWorker.StartAsync();
        var job = await SubmitToAsync(worker);
        worker.Runs = job;

        await StartedAsync(job, worker.WorkerId);
        await StartedAsync(job, worker.WorkerId);

        var running = await fixture.Cluster.GetJobStatusAsync(job, Cancel);
        Assert.Equal((JobState.Running, worker.WorkerId.Value), (running.Status, running.WorkerId));
        Assert.NotNull(running.Job.StartedAt);
        var status = await fixture.Cluster.GetWorkerStatusAsync(worker.WorkerId.Value, Cancel);
        Assert.Equal((WorkerState.Running, (JobId?)job), (status.Status, status.JobId));
    }

    [Fact]
    public async Task Completed_SetsStatusAndOutput()
    {
        await using var worker = await ForeignWorker.StartAsync();
        var job = await SubmitToAsync(worker);
        await StartedAsync(job, worker.WorkerId);

        await CompletedAsync(job, worker.WorkerId, JobState.Completed, """{"echoed":"hi"}""");
        await CompletedAsync(job, worker.WorkerId, JobState.Completed, """{"echoed":"again"}""");

        var completed = await fixture.Cluster.GetJobStatusAsync(job, Cancel);
        Assert.Equal((JobState.Completed, """{"echoed":"hi"}"""), (completed.Status, completed.Output.GetRawText()));
        Assert.Equal(WorkerState.Idle, (await fixture.Cluster.GetWorkerStatusAsync(worker.WorkerId.Value, Cancel)).Status);
    }

    [Fact]
    public async Task Completed_AlertOfTheStartWasLost_CountsAllTheSame()
    {
        await using var worker = await ForeignWorker.StartAsync();
        var job = await SubmitToAsync(worker);

        await CompletedAsync(job, worker.WorkerId, JobState.Completed, "{}");

        Assert.Equal((JobState.Completed, worker.WorkerId.Value), await OutcomeAsync(job));
    }

    [Fact]
    public async Task Failed_ToldTwice_CostsOneAttempt()
    {
        await using var worker = await ForeignWorker.StartAsync();
        var type = ClusterFixture.NewType("foreign");
        await fixture.Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);
        var job = type.CreateJob(new EchoInput { Message = "hello" }) with { MaxAttempts = 2 };
        await fixture.Cluster.SubmitJobAsync(job, Cancel);
        await StartedAsync(job.Id, worker.WorkerId);

        await CompletedAsync(job.Id, worker.WorkerId, JobState.Failed, "{}");
        await CompletedAsync(job.Id, worker.WorkerId, JobState.Failed, "{}");

        Assert.Equal(JobState.Queued, (await fixture.Cluster.GetJobStatusAsync(job.Id, Cancel)).Status);
    }

    [Theory]
    [InlineData(JobState.Failed)]
    [InlineData(JobState.Error)]
    public async Task FailedOrError_DlqEntryHoldsOutputAndJob(JobState state)
    {
        await using var worker = await ForeignWorker.StartAsync();
        var job = await SubmitToAsync(worker);
        await StartedAsync(job, worker.WorkerId);

        await CompletedAsync(job, worker.WorkerId, state, """{"error":"out of paper","pages":3}""");

        var letter = Assert.Single(await fixture.Cluster.GetDeadLettersAsync(Cancel), letter => letter.JobId == job);
        Assert.Equal(3, letter.Output.GetProperty("pages").GetInt32());
        Assert.Equal("out of paper", letter.Job.Error);
        Assert.Equal((state, worker.WorkerId.Value), await OutcomeAsync(job));
    }

    // The original takes the word of any worker, with a warning; here an outcome is the holder's alone.
    [Fact]
    public async Task Alert_OfAJobThatAnotherRuns_IsRefused()
    {
        await using var worker = await ForeignWorker.StartAsync();
        var job = await SubmitToAsync(worker);
        await StartedAsync(job, worker.WorkerId);
        var other = WorkerId.New();

        await RefusedAsync(409, "attempt-refused", () => StartedAsync(job, other));
        await RefusedAsync(409, "attempt-refused", () => CompletedAsync(job, other, JobState.Completed, "{}"));
        await CompletedAsync(job, worker.WorkerId, JobState.Completed, """{"by":"its holder"}""");
        await RefusedAsync(409, "attempt-refused", () => CompletedAsync(job, other, JobState.Failed, "{}"));

        Assert.Equal((JobState.Completed, worker.WorkerId.Value), await OutcomeAsync(job));
    }

    [Fact]
    public async Task Alert_OfAnUnknownJob_Is404_AndOfNoOutcome_Is422()
    {
        await using var worker = await ForeignWorker.StartAsync();
        await RefusedAsync(404, "job-not-found", () => StartedAsync(JobId.New(), worker.WorkerId));
        await RefusedAsync(404, "job-not-found", () => CompletedAsync(JobId.New(), worker.WorkerId, JobState.Completed, "{}"));
        var job = await SubmitToAsync(worker);
        var refused = await RefusedAsync(422, "invalid-request", () => CompletedAsync(job, worker.WorkerId, JobState.Running, "{}"));
        Assert.Equal(["status"], refused.Errors.Keys);
    }

    [Fact]
    public async Task Attempt_LivesWhileItsWorkerNamesTheJob_ThenRunsElsewhere()
    {
        var space = new RedisKeySpace($"alerts-{Guid.NewGuid():N}");
        await using var manager = ManagerProgram.Start(
            fixture.Redis, space, ("Recovery:ContactTime", "00:00:00"), ("Recovery:LookInterval", "00:00:00.1"), ("Recovery:AlertLease", "00:00:01"));
        await using var worker = await ForeignWorker.StartAsync();
        var type = ClusterFixture.NewType("alerts");
        await manager.Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);
        var job = (await manager.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }), Cancel)).JobId;
        worker.Runs = job;
        await manager.Service.CallAsync(WorkerDirectoryOperations.WorkerAlertStartedJob, new WorkerStartedJobRequest(job, worker.WorkerId), Cancel);

        // Nobody asks before the lease has lapsed; after the second question the first answer was taken.
        await worker.AskedAsync();
        await worker.AskedAsync();
        Assert.Equal(JobState.Running, (await manager.Cluster.GetJobStatusAsync(job, Cancel)).Status);

        worker.Runs = null;
        await using var ours = await WorkerProgram.StartAsync(fixture.Redis, new EchoWorker(TimeProvider.System), space);
        await manager.Cluster.RegisterJobToWorkerAsync(type.Type, ours.Url, Cancel);
        var completed = await manager.Cluster.WaitForJobAsync(job, Cancel).InTime();
        Assert.Equal((JobState.Completed, ours.Id, 2), (completed.Status, completed.WorkerId, completed.Job.Attempt));
    }

    private static async Task<OperationException> RefusedAsync(int status, string problem, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<OperationException>(call);
        Assert.Equal((status, $"urn:mindtrace:problem:{problem}"), (refused.Status, refused.ProblemType));
        return refused;
    }

    private async Task<JobId> SubmitToAsync(ForeignWorker worker)
    {
        var type = ClusterFixture.NewType("foreign");
        await fixture.Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);
        return (await fixture.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }), Cancel)).JobId;
    }

    private async Task<(JobState State, string Worker)> OutcomeAsync(JobId job)
    {
        var status = await fixture.Cluster.GetJobStatusAsync(job, Cancel);
        return (status.Status, status.WorkerId);
    }

    private Task<Unit> StartedAsync(JobId job, WorkerId worker) =>
        Manager.CallAsync(WorkerDirectoryOperations.WorkerAlertStartedJob, new WorkerStartedJobRequest(job, worker), Cancel);

    private Task<Unit> CompletedAsync(JobId job, WorkerId worker, JobState state, string output) => Manager.CallAsync(
        WorkerDirectoryOperations.WorkerAlertCompletedJob,
        new WorkerCompletedJobRequest(job, worker, state) { Output = JsonElement.Parse(output) },
        Cancel);
}
