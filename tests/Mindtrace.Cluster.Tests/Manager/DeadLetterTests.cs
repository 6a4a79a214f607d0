using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>
/// The dead-letter queue as a list. In the original each failure adds an entry, and a job that has two can be neither requeued nor
/// discarded. Here it is an index of failed records: a job is in it once, however often it failed.
/// </summary>
public sealed class DeadLetterTests(ClusterFixture fixture)
{
    private readonly JobSchema<EchoInput, EchoOutput> _type = ClusterFixture.NewType("failing");
    private readonly GatedWorker _code = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    // The second call is the error.
    [Fact]
    public async Task Requeue_WithTwoEntriesOfOneId_IsAnError()
    {
        await using var worker = await fixture.StartWorkerAsync(_code, _type.Type);
        var id = await FailTwiceAsync();

        Assert.Equal(JobState.Queued, (await Cluster.RequeueDeadLetterAsync(id, Cancel)).Status);

        await AssertNoDeadLetterAsync(() => Cluster.RequeueDeadLetterAsync(id, Cancel));
        (await _code.NextRunAsync()).Complete();
        Assert.Equal(JobState.Completed, (await Cluster.WaitForJobAsync(id, Cancel).InTime()).Status);
    }

    // The second call is the error.
    [Fact]
    public async Task Discard_WithTwoEntriesOfOneId_IsAnError()
    {
        await using var worker = await fixture.StartWorkerAsync(_code, _type.Type);
        var id = await FailTwiceAsync();

        await Cluster.DiscardDeadLetterAsync(id, Cancel);

        await AssertNoDeadLetterAsync(() => Cluster.DiscardDeadLetterAsync(id, Cancel));
        Assert.DoesNotContain(await Cluster.GetDeadLettersAsync(Cancel), letter => letter.JobId == id);
    }

    [Fact]
    public async Task GetDlq_Empty_IsEmptyList()
    {
        await using var manager = ManagerProgram.Start(fixture.Redis, new RedisKeySpace($"letters-{Guid.NewGuid():N}"));

        Assert.Empty(await manager.Cluster.GetDeadLettersAsync(Cancel));
    }

    private static async Task AssertNoDeadLetterAsync(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<OperationException>(call);
        Assert.Equal((409, ProblemTypes.Prefix + "not-a-dead-letter"), (refused.Status, refused.ProblemType));
    }

    private async Task<JobId> FailTwiceAsync()
    {
        var job = await Cluster.SubmitJobAsync(_type.CreateJob(new EchoInput { Message = "print" }), Cancel);
        await FailAsync(job.JobId);
        await Cluster.RequeueDeadLetterAsync(job.JobId, Cancel);
        await FailAsync(job.JobId);
        Assert.Single(await Cluster.GetDeadLettersAsync(Cancel), letter => letter.JobId == job.JobId);
        return job.JobId;
    }

    private async Task FailAsync(JobId id)
    {
        (await _code.NextRunAsync()).Result.SetException(new JobFailedException("out of paper"));
        Assert.Equal(JobState.Failed, (await Cluster.WaitForJobAsync(id, Cancel).InTime()).Status);
    }
}
