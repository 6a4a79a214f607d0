using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>What get_worker_status reads, and what query_worker_status is told by the worker itself.</summary>
public sealed class WorkerStatusTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Fact]
    public async Task PrelaunchedWorker_ConsumesAndReports()
    {
        var type = ClusterFixture.NewType("prelaunched");
        await using var worker = await fixture.StartWorkerAsync(new EchoWorker(TimeProvider.System), type.Type);
        await AssertAtRestAsync(worker, type.Type);

        var job = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }), Cancel);
        Assert.Equal((JobState.Queued, "{}"), (job.Status, job.Output.GetRawText()));
        Assert.Equal(JobState.Completed, (await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime()).Status);

        await AssertAtRestAsync(worker, type.Type);
    }

    [Fact]
    public async Task RunningJob_ShowsOnJobAndWorker()
    {
        var type = ClusterFixture.NewType("busy");
        var code = new GatedWorker();
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        var job = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }), Cancel);
        var run = await code.NextRunAsync();

        Assert.Equal(JobState.Running, (await Cluster.GetJobStatusAsync(job.JobId, Cancel)).Status);
        foreach (var status in await EachWayAsync(worker))
        {
            Assert.Equal((WorkerState.Running, (JobId?)job.JobId), (status.Status, status.JobId));
        }

        run.Complete();
        await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();
        Assert.Equal((WorkerState.Idle, (JobId?)null), Brief(await Cluster.GetWorkerStatusAsync(worker.Id, Cancel)));
    }

    [Fact]
    public async Task TwoWorkersOneQueue_ShareTheLoad()
    {
        var type = ClusterFixture.NewType("shared");
        var (first, second) = (new GatedWorker(), new GatedWorker());
        await using var one = await fixture.StartWorkerAsync(first, type.Type);
        await using var two = await fixture.StartWorkerAsync(second, type.Type);
        await Cluster.SubmitJobsAsync([.. Enumerable.Range(0, 2).Select(i => type.CreateJob(new EchoInput { Message = $"{i}" }))], Cancel);

        var runs = await Task.WhenAll(first.NextRunAsync(), second.NextRunAsync());

        Assert.Equal(WorkerState.Running, (await Cluster.QueryWorkerStatusAsync(one.Id, Cancel)).Status);
        Assert.Equal(WorkerState.Running, (await Cluster.QueryWorkerStatusAsync(two.Id, Cancel)).Status);
        Array.ForEach(runs, run => run.Complete());
    }

    [Fact]
    public async Task QueryUnknownId_IsNonexistentAndEchoesId()
    {
        var expected = new WorkerStatus("never-seen", "", "", JobId: null, WorkerState.Nonexistent, LastHeartbeat: null);
        Assert.Equal(expected, await Cluster.QueryWorkerStatusAsync("never-seen", Cancel));
        Assert.Equal(expected, await Cluster.GetWorkerStatusAsync("never-seen", Cancel));
    }

    [Fact]
    public async Task QueryUnknownUrl_IsNonexistentAndEchoesUrl()
    {
        var expected = new WorkerStatus("", "", "http://127.0.0.1:9/", JobId: null, WorkerState.Nonexistent, LastHeartbeat: null);
        Assert.Equal(expected, await Cluster.QueryWorkerStatusByUrlAsync("http://127.0.0.1:9/", Cancel));
        Assert.Equal(expected, await Cluster.GetWorkerStatusByUrlAsync("http://127.0.0.1:9/", Cancel));
    }

    [Fact]
    public async Task QueryAfterShutdown_IsNonexistent()
    {
        var type = ClusterFixture.NewType("shutdown");
        var worker = await fixture.StartWorkerAsync(new EchoWorker(TimeProvider.System), type.Type);
        var (id, url) = (worker.Id, worker.Url.AbsoluteUri);
        await worker.DisposeAsync();

        foreach (var status in new[]
        {
            await Cluster.QueryWorkerStatusAsync(id, Cancel), await Cluster.QueryWorkerStatusByUrlAsync(url, Cancel),
            await Cluster.GetWorkerStatusAsync(id, Cancel), await Cluster.GetWorkerStatusByUrlAsync(url, Cancel),
        })
        {
            Assert.Equal((id, WorkerState.Nonexistent, (JobId?)null), (status.WorkerId, status.Status, status.JobId));
        }

        Assert.DoesNotContain(await Cluster.ListWorkersAsync(Cancel), status => status.WorkerId == id);
    }

    [Fact]
    public async Task ForeignWorker_ThatNoLongerAnswers_IsNonexistentOnceAsked()
    {
        var type = ClusterFixture.NewType("foreign");
        var worker = await ForeignWorker.StartAsync();
        await Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);
        Assert.Equal(type.Type.Value, worker.Connected?.GetProperty("queue_name").GetString());
        Assert.Equal(WorkerState.Idle, (await Cluster.QueryWorkerStatusAsync(worker.WorkerId.Value, Cancel)).Status);

        await worker.DisposeAsync();

        Assert.Equal(WorkerState.Idle, (await Cluster.GetWorkerStatusAsync(worker.WorkerId.Value, Cancel)).Status);
        Assert.Equal(WorkerState.Nonexistent, (await Cluster.QueryWorkerStatusAsync(worker.WorkerId.Value, Cancel)).Status);
        Assert.Equal(WorkerState.Nonexistent, (await Cluster.GetWorkerStatusAsync(worker.WorkerId.Value, Cancel)).Status);
    }

    [Fact]
    public async Task RegisterToWorker_UnreachableWorker_RoutesButConnectsNothing()
    {
        var type = ClusterFixture.NewType("unreachable");
        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.RegisterJobToWorkerAsync(type.Type, new Uri("http://127.0.0.1:9/"), Cancel));
        Assert.Equal(503, refused.Status);
        Assert.Equal(JobState.Queued, (await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "waits" }), Cancel)).Status);
        Assert.DoesNotContain(await Cluster.ListWorkersAsync(Cancel), status => status.WorkerType.Contains(type.Type.Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Drain_TakesNoMore_FinishesWhatRuns_AndConnectsToNothing()
    {
        var type = ClusterFixture.NewType("drained");
        var code = new GatedWorker();
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        var running = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "runs" }), Cancel);
        var run = await code.NextRunAsync();

        await Cluster.DrainWorkerAsync(worker.Id, Cancel);
        var waiting = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "waits" }), Cancel);
        run.Complete();
        Assert.Equal(JobState.Completed, (await Cluster.WaitForJobAsync(running.JobId, Cancel).InTime()).Status);

        // Another worker of the same type gets what the drained one no longer takes.
        var other = new GatedWorker();
        await using var next = await fixture.StartWorkerAsync(other, type.Type);
        Assert.Equal(waiting.JobId, (await other.NextRunAsync()).Context.JobId);
        Assert.Equal(1, code.Runs);
        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel));
        Assert.Equal("urn:mindtrace:problem:worker-draining", refused.ProblemType);
    }

    [Fact]
    public async Task Drain_UnknownWorker_Is404()
    {
        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.DrainWorkerAsync("never-seen", Cancel));
        Assert.Equal((404, "urn:mindtrace:problem:worker-not-found"), (refused.Status, refused.ProblemType));
    }

    private static (WorkerState State, JobId? Job) Brief(WorkerStatus status) => (status.Status, status.JobId);

    private async Task AssertAtRestAsync(WorkerProgram worker, JobType type)
    {
        foreach (var status in await EachWayAsync(worker))
        {
            Assert.Equal(
                new WorkerStatus(worker.Id, type.Value, worker.Url.AbsoluteUri, JobId: null, WorkerState.Idle, status.LastHeartbeat), status);
        }
    }

    private async Task<WorkerStatus[]> EachWayAsync(WorkerProgram worker) =>
    [
        await Cluster.GetWorkerStatusAsync(worker.Id, Cancel),
        await Cluster.QueryWorkerStatusAsync(worker.Id, Cancel),
        await Cluster.GetWorkerStatusByUrlAsync(worker.Url.AbsoluteUri, Cancel),
        await Cluster.QueryWorkerStatusByUrlAsync(worker.Url.AbsoluteUri.TrimEnd('/'), Cancel),
    ];
}
