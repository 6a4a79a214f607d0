using System.Text.Json;
using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>What becomes of jobs that failed for good.</summary>
public abstract partial class ClusterBehaviours
{
    [Fact]
    public async Task ErrorResult_LandsInDlq_RequeueEmptiesIt_AndFailsAgain()
    {
        var (type, code) = (NewType(), new OutcomeWorker());
        await using var worker = await cluster.StartWorkerAsync(code, type.Type);
        var job = await SubmitAsync(type, "print");
        await EndInErrorAsync();

        var requeued = await Cluster.RequeueDeadLetterAsync(job.JobId, Cancel);
        Assert.Equal((JobState.Queued, job.JobId, (string?)null, "{}"), (requeued.Status, requeued.JobId, requeued.Job.Error, requeued.Output.GetRawText()));
        Assert.Empty(await LettersAsync(job));

        await EndInErrorAsync();

        async Task EndInErrorAsync()
        {
            await code.EndNextRunAsync(new JobOutcome.NotRunnable("no printer", JsonElement.Parse("""{"pages":0}""")));
            var ended = await EndOfAsync(job);
            Assert.Equal((JobState.Error, "no printer", """{"pages":0}"""), (ended.Status, ended.Job.Error, ended.Output.GetRawText()));
            Assert.Equal("no printer", Assert.Single(await LettersAsync(job)).Job.Error);
        }
    }

    [Fact]
    public async Task Discard_RemovesTheEntry()
    {
        var (type, code) = (NewType(), new GatedWorker());
        await using var worker = await cluster.StartWorkerAsync(code, type.Type);
        var job = await FailAsync(type, code);

        await Cluster.DiscardDeadLetterAsync(job.JobId, Cancel);

        Assert.Empty(await LettersAsync(job));
        Assert.Equal(JobState.Failed, (await Cluster.GetJobStatusAsync(job.JobId, Cancel)).Status);
        await AssertRefusedAsync(() => Cluster.DiscardDeadLetterAsync(job.JobId, Cancel), 409, "not-a-dead-letter");
    }

    [Fact]
    public async Task ThreeFailures_RequeueOne_DiscardOne_LeavesTheThird()
    {
        var (type, code) = (NewType(), new GatedWorker());
        await using var worker = await cluster.StartWorkerAsync(code, type.Type);
        var (first, second, third) = (await FailAsync(type, code), await FailAsync(type, code), await FailAsync(type, code));

        await Cluster.RequeueDeadLetterAsync(first.JobId, Cancel);
        await Cluster.DiscardDeadLetterAsync(second.JobId, Cancel);
        (await code.NextRunAsync()).Complete();
        var completed = await AssertEchoedAsync(type, first, "print");

        Assert.Null(completed.Job.Error);
        Assert.Empty(await LettersAsync(first));
        Assert.Empty(await LettersAsync(second));
        Assert.Single(await LettersAsync(third));
        await AssertRefusedAsync(() => Cluster.RequeueDeadLetterAsync(first.JobId, Cancel), 409, "not-a-dead-letter");
    }

    [Fact]
    public async Task FailedResult_LandsInDlq()
    {
        var (type, code) = (NewType(), new GatedWorker());
        await using var worker = await cluster.StartWorkerAsync(code, type.Type);

        var job = await FailAsync(type, code);

        var letter = Assert.Single(await LettersAsync(job));
        Assert.Equal(("out of paper", """{"pages":3}"""), (letter.Job.Error, letter.Output.GetRawText()));
        Assert.Equal((job.JobId, "print"), (letter.Job.Id, letter.Job.Payload.GetProperty("message").GetString()));
    }

    [Fact]
    public Task RequeueUnknown_IsAnError() => AssertRefusedAsync(() => Cluster.RequeueDeadLetterAsync(JobId.New(), Cancel), 404, "job-not-found");

    [Fact]
    public Task DiscardUnknown_IsAnError() => AssertRefusedAsync(() => Cluster.DiscardDeadLetterAsync(JobId.New(), Cancel), 404, "job-not-found");

    private static async Task AssertRefusedAsync(Func<Task> call, int status, string slug)
    {
        var refused = await Assert.ThrowsAsync<OperationException>(call);
        Assert.Equal((status, ProblemTypes.Prefix + slug), (refused.Status, refused.ProblemType));
    }

    private async Task<IEnumerable<DeadLetter>> LettersAsync(JobStatus job) =>
        (await Cluster.GetDeadLettersAsync(Cancel)).Where(letter => letter.JobId == job.JobId);

    private async Task<JobStatus> FailAsync(JobSchema<EchoInput, EchoOutput> type, GatedWorker code)
    {
        var job = await SubmitAsync(type, "print");
        (await code.NextRunAsync()).Result.SetException(new JobFailedException("out of paper") { Output = new { Pages = 3 } });
        Assert.Equal(JobState.Failed, (await EndOfAsync(job)).Status);
        return job;
    }
}
