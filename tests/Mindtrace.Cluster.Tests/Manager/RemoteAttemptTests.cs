using System.Text.Json;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>Workers that speak HTTP alone: they take jobs from the manager, and tell it how they end.</summary>
public sealed class RemoteAttemptTests(ClusterFixture fixture)
{
    private static readonly WorkerId Worker = WorkerId.New();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ServiceClient Manager => fixture.Manager.Service;

    [Fact]
    public async Task Take_AJobThatWaits_RunsAndCompletesIt()
    {
        var (type, id) = await SubmitAsync("taken");

        var taken = await TakeAsync(type);
        var running = await fixture.Cluster.GetJobStatusAsync(id, Cancel);
        var renewed = await Manager.CallAsync(AttemptOperations.RenewAttempt, new AttemptRequest(id, taken.Token), Cancel);
        await FinishAsync(taken, JobState.Completed, """{"echoed":"hi"}""");
        await FinishAsync(taken, JobState.Completed, """{"echoed":"again"}""");

        Assert.Equal((id, 1), (taken.Job.Id, taken.Number));
        Assert.Equal("hi", taken.Job.Payload.GetProperty("message").GetString());
        Assert.Equal((JobState.Running, Worker.Value), (running.Status, running.WorkerId));
        Assert.Equal(AttemptAnswer.Renewed, renewed.Answer);
        var completed = await fixture.Cluster.GetJobStatusAsync(id, Cancel);
        Assert.Equal((JobState.Completed, """{"echoed":"hi"}"""), (completed.Status, completed.Output.GetRawText()));
    }

    [Fact]
    public async Task Take_JobComesWhileItWaits_IsAnsweredAtOnce()
    {
        var type = ClusterFixture.NewType("awaited");
        await fixture.RouteAsync(type.Type);

        var taking = TakeAsync(type.Type);
        var job = type.CreateJob(new EchoInput { Message = "late" });
        await fixture.Cluster.SubmitJobAsync(job, Cancel);

        Assert.Equal(job.Id, (await taking.InTime()).Job.Id);
    }

    [Fact]
    public async Task Take_NoJobInTime_AnswersNone()
    {
        var type = ClusterFixture.NewType("idle");
        await fixture.RouteAsync(type.Type);

        var answer = await Manager.CallAsync(AttemptOperations.TakeJob, new TakeJobRequest(Worker, type.Type) { WaitSeconds = 1 }, Cancel);

        Assert.Null(answer.Attempt);
    }

    [Fact]
    public async Task Take_TypeIsPaused_AnswersNoneUntilItIsResumed()
    {
        var (type, id) = await SubmitAsync("paused");
        await fixture.Cluster.PauseJobTypeAsync(type, Cancel);

        var answer = await Manager.CallAsync(AttemptOperations.TakeJob, new TakeJobRequest(Worker, type) { WaitSeconds = 1 }, Cancel);
        await fixture.Cluster.ResumeJobTypeAsync(type, Cancel);

        Assert.Null(answer.Attempt);
        Assert.Equal(id, (await TakeAsync(type)).Job.Id);
    }

    [Fact]
    public async Task Take_TypeWithoutQueue_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<OperationException>(() => TakeAsync(ClusterFixture.NewType("nowhere").Type));

        Assert.Equal((409, "urn:mindtrace:problem:job-type-not-registered"), (refused.Status, refused.ProblemType));
    }

    [Fact]
    public async Task Take_TwoWorkersOneJob_OneGetsIt()
    {
        var (type, _) = await SubmitAsync("contended");

        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ =>
            Manager.CallAsync(AttemptOperations.TakeJob, new TakeJobRequest(WorkerId.New(), type) { WaitSeconds = 2 }, Cancel)));

        Assert.Single(answers, answer => answer.Attempt is not null);
    }

    [Fact]
    public async Task Finish_Failed_IsTriedAgainWhileAttemptsAreLeft()
    {
        var (type, id) = await SubmitAsync("failing", job => job with { MaxAttempts = 2, Backoff = new JobBackoff { FirstDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(1) } });

        await FinishAsync(await TakeAsync(type), JobState.Failed, "{}", "no luck");
        var second = await TakeAsync(type);
        await FinishAsync(second, JobState.Failed, "{}", "again no luck");

        Assert.Equal(2, second.Number);
        var failed = await fixture.Cluster.InspectJobAsync(id, Cancel);
        Assert.Equal((JobState.Failed, "again no luck", true), (failed.Status.Status, failed.Status.Job.Error, failed.IsDeadLetter));
        Assert.Equal(["no luck", "again no luck"], failed.Attempts.Select(attempt => attempt.Reason));
    }

    [Fact]
    public async Task Finish_TokenOfAnother_IsRefusedAndChangesNothing()
    {
        var (type, id) = await SubmitAsync("fenced");
        var taken = await TakeAsync(type);

        var refused = await Assert.ThrowsAsync<OperationException>(() =>
            FinishAsync(taken with { Token = AttemptToken.New() }, JobState.Completed, """{"echoed":"forged"}"""));
        var stale = await Manager.CallAsync(AttemptOperations.RenewAttempt, new AttemptRequest(id, AttemptToken.New()), Cancel);

        Assert.Equal((409, "urn:mindtrace:problem:attempt-refused"), (refused.Status, refused.ProblemType));
        Assert.Equal(AttemptAnswer.Stale, stale.Answer);
        Assert.Equal(JobState.Running, (await fixture.Cluster.GetJobStatusAsync(id, Cancel)).Status);
    }

    [Fact]
    public async Task Renew_CancelRequested_TellsTheWorker()
    {
        var (type, id) = await SubmitAsync("cancelled");
        var taken = await TakeAsync(type);
        await fixture.Cluster.CancelJobAsync(id, Cancel);

        var answer = await Manager.CallAsync(AttemptOperations.RenewAttempt, new AttemptRequest(id, taken.Token), Cancel);
        await FinishAsync(taken, JobState.Failed, "{}");

        Assert.Equal(AttemptAnswer.CancelRequested, answer.Answer);
        Assert.Equal(JobState.Cancelled, (await fixture.Cluster.GetJobStatusAsync(id, Cancel)).Status);
    }

    [Fact]
    public async Task WriteLog_OfTheAttempt_IsReadOnceAndInOrder()
    {
        var (type, id) = await SubmitAsync("printed");
        var taken = await TakeAsync(type);

        await PrintAsync(taken, 1, "first", "second\nthird");
        await PrintAsync(taken, 1, "first", "second\nthird");
        await PrintAsync(taken, 2, "last");
        await FinishAsync(taken, JobState.Completed, "{}");
        var refused = await Assert.ThrowsAsync<OperationException>(() => PrintAsync(taken, 3, "too late"));

        var lines = await fixture.Cluster.GetJobLogsAsync(new JobLogsRequest(id), Cancel);
        Assert.Equal(["first", "second", "third", "last"], lines.Select(line => line.Line));
        Assert.All(lines, line => Assert.Equal((1, JobLogStream.Stdout), (line.Attempt, line.Stream)));
        Assert.Equal("urn:mindtrace:problem:attempt-refused", refused.ProblemType);
    }

    [Fact]
    public async Task WriteLog_BeyondTheLimit_IsCutAndSaysSo()
    {
        var (type, id) = await SubmitAsync("talkative");
        var taken = await TakeAsync(type);

        await PrintAsync(taken, 1, "kept");
        for (var call = 2; call <= 19; call++)
        {
            await PrintAsync(taken, call, [.. Enumerable.Repeat(new string('x', 1000), 999)]);
        }

        await FinishAsync(taken, JobState.Completed, "{}");
        var lines = await fixture.Cluster.GetJobLogsAsync(new JobLogsRequest(id) { Lines = 1 }, Cancel);
        var last = Assert.Single(lines);
        Assert.Equal("The log of this attempt is full: what follows is cut (Worker:MaxLogBytes is 16777216).", last.Line);
        Assert.Equal(JobLogStream.Environment, last.Stream);
    }

    [Fact]
    public async Task Worker_ThatTakesJobs_IsListedByItsCalls()
    {
        var (type, id) = await SubmitAsync("listed");
        var (second, worker) = (ClusterFixture.NewType("listed-too"), WorkerId.New());
        await fixture.RouteAsync(second.Type);

        await Manager.CallAsync(AttemptOperations.TakeJob, new TakeJobRequest(worker, second.Type) { WaitSeconds = 1 }, Cancel);
        var idle = await fixture.Cluster.GetWorkerStatusAsync(worker.Value, Cancel);
        await Manager.CallAsync(AttemptOperations.TakeJob, new TakeJobRequest(worker, type) { WaitSeconds = 60 }, Cancel);
        var running = Assert.Single(await fixture.Cluster.ListWorkersAsync(Cancel), it => it.WorkerId == worker.Value);

        Assert.Equal((second.Type.Value, "", WorkerState.Idle), (idle.WorkerType, idle.WorkerUrl, idle.Status));
        Assert.Equal(($"{second.Type},{type}", WorkerState.Running, id), (running.WorkerType, running.Status, running.JobId));
        Assert.Equal(WorkerState.Running, (await fixture.Cluster.QueryWorkerStatusAsync(worker.Value, Cancel)).Status);
        var refused = await Assert.ThrowsAsync<OperationException>(() => fixture.Cluster.ShutDownWorkerAsync(worker.Value, Cancel));
        Assert.Equal(409, refused.Status);
    }

    [Fact]
    public async Task Worker_Drained_IsGivenNoJobsUntilItIsResumed()
    {
        var (type, id) = await SubmitAsync("drained");
        var other = ClusterFixture.NewType("drained-too");
        await fixture.RouteAsync(other.Type);
        var worker = WorkerId.New();
        await Manager.CallAsync(AttemptOperations.TakeJob, new TakeJobRequest(worker, other.Type) { WaitSeconds = 1 }, Cancel);

        var drained = await fixture.Cluster.DrainWorkerAsync(worker.Value, timeout: null, Cancel);
        var none = await Manager.CallAsync(AttemptOperations.TakeJob, new TakeJobRequest(worker, type) { WaitSeconds = 1 }, Cancel);
        await fixture.Cluster.ResumeWorkerAsync(worker.Value, Cancel);
        var some = await Manager.CallAsync(AttemptOperations.TakeJob, new TakeJobRequest(worker, type) { WaitSeconds = 60 }, Cancel);

        Assert.True(drained.IsDraining);
        Assert.Null(none.Attempt);
        Assert.Equal(id, some.Attempt?.Job.Id);
    }

    [Fact]
    public async Task Release_GivesTheJobToTheNext()
    {
        var (type, id) = await SubmitAsync("released");
        var taken = await TakeAsync(type);

        await Manager.CallAsync(AttemptOperations.ReleaseAttempt, new AttemptRequest(id, taken.Token), Cancel);
        var next = await TakeAsync(type);

        Assert.Equal(id, next.Job.Id);
        Assert.NotEqual(taken.Token, next.Token);
    }

    private async Task<(JobType Type, JobId Id)> SubmitAsync(string name, Func<Job, Job>? change = null)
    {
        var type = ClusterFixture.NewType(name);
        await fixture.RouteAsync(type.Type);
        var job = type.CreateJob(new EchoInput { Message = "hi" });
        await fixture.Cluster.SubmitJobAsync(change?.Invoke(job) ?? job, Cancel);
        return (type.Type, job.Id);
    }

    private async Task<TakenAttempt> TakeAsync(JobType type)
    {
        var answer = await Manager.CallAsync(AttemptOperations.TakeJob, new TakeJobRequest(Worker, type) { WaitSeconds = 60 }, Cancel);
        Assert.NotNull(answer.Attempt);
        return answer.Attempt;
    }

    private Task<Unit> PrintAsync(TakenAttempt attempt, int number, params string[] lines) =>
        Manager.CallAsync(AttemptOperations.WriteAttemptLog, new WriteAttemptLogRequest(attempt.Job.Id, attempt.Token, number, lines), Cancel);

    private Task<Unit> FinishAsync(TakenAttempt attempt, JobState status, string output, string? error = null) => Manager.CallAsync(
        AttemptOperations.FinishAttempt,
        new FinishAttemptRequest(attempt.Job.Id, attempt.Token, status) { Output = JsonElement.Parse(output), Error = error }, Cancel);
}
