using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>What becomes of jobs that failed for good.</summary>
public sealed class DeadLetterTests(ClusterFixture fixture)
{
    private readonly JobSchema<EchoInput, EchoOutput> _type = ClusterFixture.NewType("failing");
    private readonly GatedWorker _code = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Fact]
    public async Task FailedJob_IsADeadLetterWithItsReasonAndOutput()
    {
        await using var worker = await fixture.StartWorkerAsync(_code, _type.Type);

        var id = await FailAsync();

        var letter = Assert.Single(await Cluster.GetDeadLettersAsync(Cancel), letter => letter.JobId == id);
        Assert.Equal(("out of paper", """{"pages":3}"""), (letter.Job.Error, letter.Output.GetRawText()));
    }

    [Fact]
    public async Task Requeue_DeadLetter_RunsItAgain()
    {
        await using var worker = await fixture.StartWorkerAsync(_code, _type.Type);
        var id = await FailAsync();

        var queued = await Cluster.RequeueDeadLetterAsync(id, Cancel);
        (await _code.NextRunAsync()).Complete();
        var completed = await Cluster.WaitForJobAsync(id, Cancel).InTime();

        Assert.Equal((JobState.Queued, (string?)null, "{}"), (queued.Status, queued.Job.Error, queued.Output.GetRawText()));
        Assert.Equal((JobState.Completed, """{"echoed":"print"}""", (string?)null), (completed.Status, completed.Output.GetRawText(), completed.Job.Error));
        Assert.DoesNotContain(await Cluster.GetDeadLettersAsync(Cancel), letter => letter.JobId == id);
        await AssertRefusedAsync(() => Cluster.RequeueDeadLetterAsync(id, Cancel), 409, "not-a-dead-letter");
    }

    [Fact]
    public async Task Discard_DeadLetter_RemovesItAndTheJobStaysFailed()
    {
        await using var worker = await fixture.StartWorkerAsync(_code, _type.Type);
        var id = await FailAsync();

        await Cluster.DiscardDeadLetterAsync(id, Cancel);

        Assert.DoesNotContain(await Cluster.GetDeadLettersAsync(Cancel), letter => letter.JobId == id);
        Assert.Equal(JobState.Failed, (await Cluster.GetJobStatusAsync(id, Cancel)).Status);
        await AssertRefusedAsync(() => Cluster.DiscardDeadLetterAsync(id, Cancel), 409, "not-a-dead-letter");
    }

    [Fact]
    public async Task UnknownJob_RequeuedOrDiscarded_Is404()
    {
        await AssertRefusedAsync(() => Cluster.RequeueDeadLetterAsync(JobId.New(), Cancel), 404, "job-not-found");
        await AssertRefusedAsync(() => Cluster.DiscardDeadLetterAsync(JobId.New(), Cancel), 404, "job-not-found");
    }

    private static async Task AssertRefusedAsync(Func<Task> call, int status, string slug)
    {
        var refused = await Assert.ThrowsAsync<OperationException>(call);
        Assert.Equal((status, ProblemTypes.Prefix + slug), (refused.Status, refused.ProblemType));
    }

    private async Task<JobId> FailAsync()
    {
        var job = await Cluster.SubmitJobAsync(_type.CreateJob(new EchoInput { Message = "print" }), Cancel);
        (await _code.NextRunAsync()).Result.SetException(new JobFailedException("out of paper") { Output = new { Pages = 3 } });
        Assert.Equal(JobState.Failed, (await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime()).Status);
        return job.JobId;
    }
}
