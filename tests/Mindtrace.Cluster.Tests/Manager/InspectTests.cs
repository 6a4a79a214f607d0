using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>What somebody who is called at night finds out about a job.</summary>
public sealed class InspectTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Fact]
    public async Task Inspect_FailedJob_NamesEveryAttemptItsWorkerAndWhy()
    {
        var (type, code) = (ClusterFixture.NewType("inspected"), new GatedWorker());
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        var job = type.CreateJob(new EchoInput { Message = "print" }) with { MaxAttempts = 2 };
        await Cluster.SubmitJobAsync(job, Cancel);
        await FailAsync("out of paper");
        await FailAsync("out of ink");
        await Cluster.WaitForJobAsync(job.Id, Cancel).InTime();

        var details = await Cluster.InspectJobAsync(job.Id, Cancel);

        Assert.Equal((JobState.Failed, "@orchestrator", 2, 0), (details.Status.Status, details.Route, details.Failures, details.Deaths));
        Assert.Equal((true, false, (DateTimeOffset?)null), (details.IsDeadLetter, details.CancelRequested, details.LeaseExpiresAt));
        Assert.Equal(
            [(1, worker.Id, AttemptEnd.Failed, "out of paper"), (2, worker.Id, AttemptEnd.Failed, "out of ink")],
            details.Attempts.Select(attempt => (attempt.Number, attempt.WorkerId.Value, attempt.End, attempt.Reason)));
        Assert.All(details.Attempts, attempt => Assert.InRange(attempt.EndedAt, attempt.StartedAt, DateTimeOffset.MaxValue));

        async Task FailAsync(string reason) =>
            (await code.NextRunAsync()).Result.SetException(new JobFailedException(reason) { RetryAfter = TimeSpan.Zero });
    }

    [Fact]
    public async Task Inspect_RunningJob_TellsUntilWhenItIsItsWorkers()
    {
        var (type, code) = (ClusterFixture.NewType("inspected"), new GatedWorker());
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        var job = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "print" }), Cancel);
        var run = await code.NextRunAsync();

        var details = await Cluster.InspectJobAsync(job.JobId, Cancel);

        Assert.Equal((JobState.Running, worker.Id), (details.Status.Status, details.Status.WorkerId));
        Assert.True(details.LeaseExpiresAt > details.AcceptedAt);
        Assert.Empty(details.Attempts);
        run.Complete();
    }

    [Fact]
    public async Task Inspect_UnknownJob_Is404()
    {
        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.InspectJobAsync(JobId.New(), Cancel));
        Assert.Equal((404, "urn:mindtrace:problem:job-not-found"), (refused.Status, refused.ProblemType));
    }
}
