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
    public async Task DeadLettersOfAFilter_ArePagedRequeuedAndDiscarded()
    {
        await using var worker = await fixture.StartWorkerAsync(_code, _type.Type);
        var failed = new List<JobId>();
        foreach (var reason in (string[])["disk is full", "lens is dirty", "Disk is slow", "disk is gone"])
        {
            failed.Add(await FailAsync(_type.CreateJob(new EchoInput { Message = reason }), reason));
        }

        var disks = new DeadLettersRequest { JobTypes = [_type.Type], Reason = "DISK", Limit = 2 };
        var first = await Cluster.ListDeadLettersAsync(disks, Cancel);
        var second = await Cluster.ListDeadLettersAsync(disks with { Cursor = first.NextCursor }, Cancel);
        Assert.Equal([failed[3], failed[2]], first.Jobs.Select(job => job.JobId));
        Assert.Equal((failed[0], "disk is full"), (Assert.Single(second.Jobs).JobId, second.Jobs[0].Job.Error));
        Assert.Null(second.NextCursor);
        Assert.Empty((await Cluster.ListDeadLettersAsync(disks with { Statuses = [JobState.Error] }, Cancel)).Jobs);
        Assert.Empty((await Cluster.ListDeadLettersAsync(disks with { To = DateTimeOffset.UnixEpoch }, Cancel)).Jobs);

        var requeued = await Cluster.RequeueDeadLettersAsync(disks, Cancel);
        Assert.Equal((2, 0), (requeued.Requeued, requeued.Kept));
        (await _code.NextRunAsync()).Complete();
        (await _code.NextRunAsync()).Complete();
        Assert.Equal(JobState.Completed, (await Cluster.WaitForJobAsync(failed[3], Cancel).InTime()).Status);
        Assert.Equal(JobState.Completed, (await Cluster.WaitForJobAsync(failed[2], Cancel).InTime()).Status);

        var discarded = await Cluster.DiscardDeadLettersAsync(disks with { Reason = null, Limit = 10 }, Cancel);
        Assert.Equal((2, null), (discarded.Discarded, discarded.NextCursor));
        Assert.Empty((await Cluster.ListDeadLettersAsync(disks with { Reason = null }, Cancel)).Jobs);
        Assert.Equal(JobState.Failed, (await Cluster.GetJobStatusAsync(failed[0], Cancel)).Status);
    }

    [Fact]
    public async Task DeadLetters_CursorThatIsNone_IsRefusedByName()
    {
        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.ListDeadLettersAsync(new DeadLettersRequest { Cursor = "x" }, Cancel));
        Assert.Equal((422, "cursor"), (refused.Status, Assert.Single(refused.Errors).Key));
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

    private async Task<JobId> FailAsync(Job job, string reason)
    {
        await Cluster.SubmitJobAsync(job, Cancel);
        (await _code.NextRunAsync()).Result.SetException(new JobFailedException(reason));
        Assert.Equal(JobState.Failed, (await Cluster.WaitForJobAsync(job.Id, Cancel).InTime()).Status);
        return job.Id;
    }

    private async Task FailAsync(JobId id)
    {
        (await _code.NextRunAsync()).Result.SetException(new JobFailedException("out of paper"));
        Assert.Equal(JobState.Failed, (await Cluster.WaitForJobAsync(id, Cancel).InTime()).Status);
    }
}
