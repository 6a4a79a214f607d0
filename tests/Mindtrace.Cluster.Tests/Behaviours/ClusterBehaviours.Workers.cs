using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>What is told of workers: get reads what is known, query asks the worker itself.</summary>
public abstract partial class ClusterBehaviours
{
    [Fact]
    public async Task RunningJob_ShowsOnJobAndWorker()
    {
        var (type, code) = (NewType(), new GatedWorker());
        await using var worker = await cluster.StartWorkerAsync(code, type.Type);
        var job = await SubmitAsync(type, "long");
        var run = await code.NextRunAsync();

        var running = await Cluster.GetJobStatusAsync(job.JobId, Cancel);
        Assert.Equal((JobState.Running, worker.Id), (running.Status, running.WorkerId));
        foreach (var status in await EachWayAsync(worker))
        {
            Assert.Equal((WorkerState.Running, (JobId?)job.JobId), (status.Status, status.JobId));
        }

        run.Complete();
        await AssertEchoedAsync(type, job, "long");
        Assert.Equal((WorkerState.Idle, (JobId?)null), Brief(await Cluster.GetWorkerStatusAsync(worker.Id, Cancel)));
    }

    // Registered as given, but written as a URL is: one address with and without trailing slash is one worker.
    [Fact]
    public async Task QueryById_IdleWorker_ReturnsUrlAsRegistered()
    {
        var type = NewType();
        await using var worker = await cluster.StartWorkerAsync(NewEchoWorker(), type.Type);

        for (var turn = 0; turn < 2; turn++)
        {
            var status = await Cluster.QueryWorkerStatusAsync(worker.Id, Cancel);
            Assert.Equal((worker.Id, worker.Url.AbsoluteUri), (status.WorkerId, status.WorkerUrl));
            Assert.Equal((WorkerState.Idle, (JobId?)null), Brief(status));
            await EchoAsync(type, $"{turn}");
        }
    }

    [Fact]
    public async Task QueryByUrl_IdleWorker_ReturnsUrlAsRegistered()
    {
        var type = NewType();
        await using var worker = await cluster.StartWorkerAsync(NewEchoWorker(), type.Type);

        for (var turn = 0; turn < 2; turn++)
        {
            foreach (var url in new[] { worker.Url.AbsoluteUri, worker.Url.AbsoluteUri.TrimEnd('/') })
            {
                var status = await Cluster.QueryWorkerStatusByUrlAsync(url, Cancel);
                Assert.Equal((worker.Id, worker.Url.AbsoluteUri), (status.WorkerId, status.WorkerUrl));
                Assert.Equal((WorkerState.Idle, (JobId?)null), Brief(status));
            }

            await EchoAsync(type, $"{turn}");
        }
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

    // Get says so as well, which in the original goes on showing the last thing that it heard.
    [Fact]
    public async Task QueryAfterShutdown_IsNonexistent()
    {
        var type = NewType();
        var worker = await cluster.StartWorkerAsync(NewEchoWorker(), type.Type);
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
    public async Task TwoWorkersOneQueue_ShareTheLoad()
    {
        var (type, first, second) = (NewType(), new GatedWorker(), new GatedWorker());
        await using var one = await cluster.StartWorkerAsync(first, type.Type);
        await using var two = await cluster.StartWorkerAsync(second, type.Type);
        var jobs = await Cluster.SubmitJobsAsync([.. Enumerable.Range(0, 2).Select(i => type.CreateJob(new EchoInput { Message = $"{i}" }))], Cancel);

        var runs = await Task.WhenAll(first.NextRunAsync(), second.NextRunAsync());

        Assert.Equal(WorkerState.Running, (await Cluster.QueryWorkerStatusAsync(one.Id, Cancel)).Status);
        Assert.Equal(WorkerState.Running, (await Cluster.QueryWorkerStatusAsync(two.Id, Cancel)).Status);
        Array.ForEach(runs, run => run.Complete());
        await Task.WhenAll(jobs.Select(EndOfAsync));
        Assert.Equal(WorkerState.Idle, (await Cluster.GetWorkerStatusAsync(one.Id, Cancel)).Status);
        Assert.Equal(WorkerState.Idle, (await Cluster.GetWorkerStatusAsync(two.Id, Cancel)).Status);
    }

    [Fact]
    public async Task GetAndQuery_AgreeAtRest()
    {
        var type = NewType();
        await using var worker = await cluster.StartWorkerAsync(NewEchoWorker(), type.Type);

        await AssertAtRestAsync(worker, type.Type);
    }

    [Fact]
    public async Task QueryDuringRun_NamesTheJob()
    {
        var (type, code) = (NewType(), new GatedWorker());
        await using var worker = await cluster.StartWorkerAsync(code, type.Type);
        var job = await SubmitAsync(type, "long");
        var run = await code.NextRunAsync();

        Assert.Equal((WorkerState.Running, (JobId?)job.JobId), Brief(await Cluster.QueryWorkerStatusAsync(worker.Id, Cancel)));
        Assert.Equal((WorkerState.Running, (JobId?)job.JobId), Brief(await Cluster.QueryWorkerStatusByUrlAsync(worker.Url.AbsoluteUri, Cancel)));

        run.Complete();
        await AssertEchoedAsync(type, job, "long");
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
