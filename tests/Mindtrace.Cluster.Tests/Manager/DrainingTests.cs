using Mindtrace.Cluster.Tests.Gateway;
using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>Drained workers and nodes, and paused job types, from the operator's call to what the workers do.</summary>
public sealed class DrainingTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Fact]
    public async Task Drain_TakesNoMore_FinishesWhatRuns_AndEnds()
    {
        var type = ClusterFixture.NewType("drained");
        var code = new GatedWorker();
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        var running = await SubmitAsync(type, "runs");
        var run = await code.NextRunAsync();

        var drained = await Cluster.DrainWorkerAsync(worker.Id, cancellationToken: Cancel);
        Assert.Equal((WorkerState.Running, true, (DateTimeOffset?)null), (drained.Status, drained.IsDraining, drained.DrainDeadline));
        var waiting = await SubmitAsync(type, "waits");
        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel));
        Assert.Equal("urn:mindtrace:problem:worker-draining", refused.ProblemType);
        Assert.False(worker.Stopping.IsCancellationRequested);
        run.Complete();

        await EndAsync(worker);
        Assert.Equal(JobState.Completed, (await Cluster.WaitForJobAsync(running.JobId, Cancel).InTime()).Status);
        Assert.Equal(WorkerState.Nonexistent, (await Cluster.GetWorkerStatusAsync(worker.Id, Cancel)).Status);
        await AssertEndedAsync(() => Cluster.ResumeWorkerAsync(worker.Id, Cancel));

        // Another worker of the same type gets what the drained one no longer takes.
        var other = new GatedWorker();
        await using var next = await fixture.StartWorkerAsync(other, type.Type);
        Assert.Equal(waiting.JobId, (await other.NextRunAsync()).Context.JobId);
        Assert.Equal(1, code.Runs);
    }

    [Fact]
    public async Task Drain_DeadlineComes_GivesTheJobBackAtNoCost()
    {
        var type = ClusterFixture.NewType("overdue");
        var code = new GatedWorker();
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        var job = await SubmitAsync(type, "long");
        await code.NextRunAsync();

        var drained = await Cluster.DrainWorkerAsync(worker.Id, TimeSpan.FromSeconds(0.1), Cancel);

        Assert.NotNull(drained.DrainDeadline);
        await EndAsync(worker);
        var other = new GatedWorker();
        await using var next = await fixture.StartWorkerAsync(other, type.Type);
        var run = await other.NextRunAsync();
        Assert.Equal((job.JobId, 1), (run.Context.JobId, run.Context.Attempt));
        run.Complete();
        Assert.Equal(JobState.Completed, (await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime()).Status);
        Assert.DoesNotContain((await Cluster.InspectJobAsync(job.JobId, Cancel)).Attempts, attempt => attempt.End == AttemptEnd.Failed);
    }

    [Fact]
    public async Task Drain_CodeThatDoesNotStop_IsNotWaitedFor()
    {
        var type = ClusterFixture.NewType("stubborn");
        var code = new GatedWorker { IgnoresStops = true };
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        await SubmitAsync(type, "stubborn");
        var run = await code.NextRunAsync();

        await Cluster.DrainWorkerAsync(worker.Id, TimeSpan.Zero, Cancel);

        await EndAsync(worker);
        run.Complete();
    }

    // Whoever is first wins, and both sides agree on who it was.
    [Fact]
    public async Task Resume_WhileTheLastJobFinishes_EitherGoesOnOrIsRefused()
    {
        var type = ClusterFixture.NewType("undrained");
        for (var turn = 0; turn < 10; turn++)
        {
            var code = new GatedWorker();
            await using var worker = await fixture.StartWorkerAsync(code, type.Type);
            await SubmitAsync(type, "last");
            var run = await code.NextRunAsync();
            await Cluster.DrainWorkerAsync(worker.Id, cancellationToken: Cancel);

            var resuming = Cluster.ResumeWorkerAsync(worker.Id, Cancel);
            run.Complete();
            try
            {
                Assert.False((await resuming.InTime()).IsDraining);
            }
            catch (OperationException refused)
            {
                Assert.Equal("urn:mindtrace:problem:worker-ended", refused.ProblemType);
                await EndAsync(worker);
                continue;
            }

            await SubmitAsync(type, "next");
            (await code.NextRunAsync()).Complete();
            Assert.False(worker.Stopping.IsCancellationRequested);
        }
    }

    [Fact]
    public async Task Drain_WorkerThatCannotBeReached_FindsWordInTheStore()
    {
        var type = ClusterFixture.NewType("behind-nat");
        await using var worker = await fixture.StartWorkerAsync(new GatedWorker(), type.Type);
        var directory = new RedisWorkerDirectory(await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(fixture.Redis), new RedisKeySpace());
        await directory.BeatAsync(WorkerId.Parse(worker.Id), new Uri("http://127.0.0.1:9/"), [type.Type], TimeSpan.FromMinutes(1), origin: null, Cancel);

        await Cluster.DrainWorkerAsync(worker.Id, cancellationToken: Cancel);

        await EndAsync(worker);
    }

    [Fact]
    public async Task Drain_UnknownWorker_Is404()
    {
        foreach (var call in new Func<Task>[] { () => Cluster.DrainWorkerAsync("never-seen", cancellationToken: Cancel), () => Cluster.ResumeWorkerAsync("never-seen", Cancel) })
        {
            var refused = await Assert.ThrowsAsync<OperationException>(call);
            Assert.Equal((404, "urn:mindtrace:problem:worker-not-found"), (refused.Status, refused.ProblemType));
        }
    }

    [Fact]
    public async Task DrainNode_DrainsItsWorkers_LaunchesNone_AndTakesThemAgainWhenResumed()
    {
        var space = new RedisKeySpace($"drained-node-{Guid.NewGuid():N}");
        await using var manager = ManagerProgram.Start(fixture.Redis, space);
        var node = new Uri("http://127.0.0.1:9/");
        await manager.Cluster.RegisterNodeAsync(new RegisterNodeRequest(node), Cancel);
        var code = new GatedWorker();
        await using var busy = await WorkerProgram.StartAsync(fixture.Redis, code, space, ("Worker:NodeUrl", node.AbsoluteUri));
        await using var idle = await WorkerProgram.StartAsync(fixture.Redis, new GatedWorker(), space, ("Worker:NodeUrl", node.AbsoluteUri));
        await using var elsewhere = await WorkerProgram.StartAsync(fixture.Redis, new GatedWorker(), space);
        var type = ClusterFixture.NewType("on-node");
        await manager.Cluster.RegisterJobToWorkerAsync(type.Type, busy.Url, Cancel);
        await manager.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "runs" }), Cancel);
        var run = await code.NextRunAsync();

        var drained = await manager.Cluster.DrainNodeAsync(node, TimeSpan.FromHours(1), Cancel);

        Assert.True(drained.IsDraining);
        await EndAsync(idle);
        var worker = await manager.Cluster.GetWorkerStatusAsync(busy.Id, Cancel);
        Assert.Equal((true, drained.DrainDeadline, node), (worker.IsDraining, worker.DrainDeadline, worker.NodeUrl));
        Assert.False((await manager.Cluster.GetWorkerStatusAsync(elsewhere.Id, Cancel)).IsDraining);
        var launch = new LaunchWorkerOnNodeRequest(WorkerTypeName.Parse("echo"));
        var named = await Assert.ThrowsAsync<OperationException>(() => manager.Cluster.LaunchWorkerAsync(launch with { NodeUrl = node }, Cancel));
        Assert.Equal((409, "urn:mindtrace:problem:node-drained"), (named.Status, named.ProblemType));
        var any = await Assert.ThrowsAsync<OperationException>(() => manager.Cluster.LaunchWorkerAsync(launch, Cancel));
        Assert.Equal("urn:mindtrace:problem:no-node", any.ProblemType);

        Assert.False((await manager.Cluster.ResumeNodeAsync(node, Cancel)).IsDraining);
        run.Complete();
        await manager.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "goes on" }), Cancel);
        (await code.NextRunAsync()).Complete();
        Assert.False(busy.Stopping.IsCancellationRequested);
    }

    [Fact]
    public async Task DrainNode_Unknown_Is404()
    {
        var unknown = new Uri("http://127.0.0.1:19/");
        foreach (var call in new Func<Task>[] { () => Cluster.DrainNodeAsync(unknown, cancellationToken: Cancel), () => Cluster.ResumeNodeAsync(unknown, Cancel) })
        {
            Assert.Equal("urn:mindtrace:problem:node-not-found", (await Assert.ThrowsAsync<OperationException>(call)).ProblemType);
        }
    }

    [Fact]
    public async Task Pause_JobsWait_UntilTheTypeIsResumed()
    {
        var type = ClusterFixture.NewType("paused");
        var code = new GatedWorker();
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        await Cluster.PauseJobTypeAsync(type.Type, Cancel);

        // A worker that starts now hears of it before it takes anything.
        var late = new GatedWorker();
        await using var second = await fixture.StartWorkerAsync(late, type.Type);
        await Cluster.DrainWorkerAsync(worker.Id, cancellationToken: Cancel);
        await EndAsync(worker);
        var job = await SubmitAsync(type, "waits");
        Assert.True((await FindTypeAsync(type.Type)).IsPaused);
        Assert.Equal(0, late.Runs);

        await Cluster.ResumeJobTypeAsync(type.Type, Cancel);

        var run = await late.NextRunAsync();
        Assert.Equal(job.JobId, run.Context.JobId);
        run.Complete();
        Assert.False((await FindTypeAsync(type.Type)).IsPaused);
        Assert.Equal(0, code.Runs);
    }

    [Fact]
    public async Task Pause_JobsOfAnEndpoint_WaitAndRunWhenResumed()
    {
        await using var app = await TestApp.StartAsync(Cluster, _ => Task.CompletedTask);
        var type = await app.RouteAsync(Cluster);
        await Cluster.PauseJobTypeAsync(type.Type, Cancel);

        var jobs = new[] { await SubmitAsync(type, "one").InTime(), await SubmitAsync(type, "two").InTime() };
        Assert.All(jobs, job => Assert.Equal(JobState.Queued, job.Status));
        await Cluster.ResumeJobTypeAsync(type.Type, Cancel);

        foreach (var job in jobs)
        {
            Assert.Equal(JobState.Completed, (await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime()).Status);
        }
    }

    [Fact]
    public async Task Pause_UnknownType_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.PauseJobTypeAsync(ClusterFixture.NewType("unknown").Type, Cancel));
        Assert.Equal("urn:mindtrace:problem:job-type-not-registered", refused.ProblemType);
    }

    private static async Task AssertEndedAsync(Func<Task> call) =>
        Assert.Equal("urn:mindtrace:problem:worker-ended", (await Assert.ThrowsAsync<OperationException>(call)).ProblemType);

    private static async Task EndAsync(WorkerProgram worker)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = worker.Stopping.Register(ended.SetResult);
        await ended.Task.InTime();
    }

    private async Task<KnownJobType> FindTypeAsync(JobType type) => (await Cluster.ListJobTypesAsync(Cancel)).Single(known => known.JobType == type);

    private Task<JobStatus> SubmitAsync(JobSchema<EchoInput, EchoOutput> type, string message) =>
        Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = message }), Cancel);
}
