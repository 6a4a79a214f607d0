using System.Text.Json;
using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>Unique keys through the manager: who holds one, and until when.</summary>
public sealed class UniqueJobTests(ClusterFixture fixture)
{
    private readonly JobSchema<EchoInput, EchoOutput> _type = ClusterFixture.NewType("unique");
    private readonly GatedWorker _code = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Fact]
    public async Task Submit_KeyIsHeld_AnswersTheHolderUntilItIsFinal()
    {
        await using var worker = await fixture.StartWorkerAsync(_code, _type.Type);
        var first = await Cluster.SubmitJobAsync(Job("first"), Cancel);
        var run = await _code.NextRunAsync();

        var second = await Cluster.SubmitJobAsync(Job("second"), Cancel);
        Assert.Equal((first.JobId, JobState.Running), (second.JobId, second.Status));
        Assert.Equal(first.JobId, Assert.Single(await Cluster.SubmitJobsAsync([Job("third")], Cancel)).JobId);
        run.Complete();
        await Cluster.WaitForJobAsync(first.JobId, Cancel).InTime();

        var fourth = await Cluster.SubmitJobAsync(Job("fourth"), Cancel);
        Assert.NotEqual(first.JobId, fourth.JobId);
        (await _code.NextRunAsync()).Complete();
        Assert.Equal(JobState.Completed, (await Cluster.WaitForJobAsync(fourth.JobId, Cancel).InTime()).Status);
    }

    [Fact]
    public async Task Requeue_AnotherHoldsTheKey_Is409AndNamesIt()
    {
        await using var worker = await fixture.StartWorkerAsync(_code, _type.Type);
        var failed = await Cluster.SubmitJobAsync(Job("failed"), Cancel);
        (await _code.NextRunAsync()).Result.SetException(new JobFailedException("no"));
        await Cluster.WaitForJobAsync(failed.JobId, Cancel).InTime();
        var holder = await Cluster.SubmitJobAsync(Job("holder"), Cancel);
        var run = await _code.NextRunAsync();

        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.RequeueDeadLetterAsync(failed.JobId, Cancel));
        Assert.Equal((409, ProblemTypes.Prefix + "unique-key-held"), (refused.Status, refused.ProblemType));
        Assert.Contains(holder.JobId.Value, refused.Message, StringComparison.Ordinal);
        run.Complete();
        await Cluster.WaitForJobAsync(holder.JobId, Cancel).InTime();

        Assert.Equal(JobState.Queued, (await Cluster.RequeueDeadLetterAsync(failed.JobId, Cancel)).Status);
        Assert.Equal(failed.JobId, (await Cluster.SubmitJobAsync(Job("late"), Cancel)).JobId);
        (await _code.NextRunAsync()).Complete();
        await Cluster.WaitForJobAsync(failed.JobId, Cancel).InTime();
    }

    [Fact]
    public async Task Requeue_OtherPayload_IsCheckedBySchemaAndRun()
    {
        await Cluster.RegisterJobTypeAsync(_type.Define(), Cancel);
        await using var worker = await fixture.StartWorkerAsync(_code, _type.Type);
        var job = await Cluster.SubmitJobAsync(Job("wrong"), Cancel);
        (await _code.NextRunAsync()).Result.SetException(new JobFailedException("no"));
        await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();

        var refused = await Assert.ThrowsAsync<OperationException>(() =>
            Cluster.RequeueDeadLetterAsync(job.JobId, JsonElement.Parse("""{"message":5}"""), Cancel));
        Assert.Equal(422, refused.Status);
        await Cluster.RequeueDeadLetterAsync(job.JobId, JsonElement.Parse("""{"message":"right"}"""), Cancel);
        var run = await _code.NextRunAsync();
        Assert.Equal("right", run.Input.Message);
        run.Complete();

        var done = await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();
        Assert.Equal((JobState.Completed, "right"), (done.Status, done.Job.Payload.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task SubmitJobs_OneIsOutOfRange_NamesItAndAcceptsNone()
    {
        await fixture.RouteAsync(_type.Type);
        var good = Job("good");
        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.SubmitJobsAsync([good, Job("bad") with { UniqueKey = "" }], Cancel));
        Assert.Equal("jobs[1].unique_key", Assert.Single(refused.Errors).Key);
        await Assert.ThrowsAsync<OperationException>(() => Cluster.GetJobStatusAsync(good.Id, Cancel));
    }

    private Job Job(string message) => _type.CreateJob(new EchoInput { Message = message }) with { UniqueKey = "the one" };
}
