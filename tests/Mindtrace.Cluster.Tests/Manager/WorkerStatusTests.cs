using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>What get_worker_status reads, and what query_worker_status is told by the worker itself.</summary>
public sealed class WorkerStatusTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

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

    // And the caller is told so.
    [Fact]
    public async Task RegisterToWorker_HeartbeatDown_RoutesButConnectsNothing()
    {
        var type = ClusterFixture.NewType("unreachable");
        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.RegisterJobToWorkerAsync(type.Type, new Uri("http://127.0.0.1:9/"), Cancel));
        Assert.Equal((503, ProblemTypes.ServiceUnreachable), (refused.Status, refused.ProblemType));
        Assert.Equal(JobState.Queued, (await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "waits" }), Cancel)).Status);
        Assert.DoesNotContain(await Cluster.ListWorkersAsync(Cancel), status => status.WorkerType.Contains(type.Type.Value, StringComparison.Ordinal));
    }

    // Here a worker has one row, whatever registers it; of several workers that had one URL in turn, the last one is at it.
    [Fact]
    public async Task GetWorkerStatus_SeveralRows_TakesTheFirst()
    {
        var type = ClusterFixture.NewType("rows");
        var url = new Uri($"http://127.0.0.1:9/{type.Type}");
        var (first, second) = (WorkerId.New(), WorkerId.New());
        foreach (var worker in new[] { first, first, second })
        {
            await Cluster.RegisterWorkerAsync(new RegisterWorkerRequest(worker, url, [type.Type]), Cancel);
        }

        Assert.Equal(first.Value, (await Cluster.GetWorkerStatusAsync(first.Value, Cancel)).WorkerId);
        Assert.Equal(second.Value, (await Cluster.GetWorkerStatusByUrlAsync(url.AbsoluteUri, Cancel)).WorkerId);
        var rows = (await Cluster.ListWorkersAsync(Cancel)).Where(row => row.WorkerUrl == url.AbsoluteUri).Select(row => row.WorkerId);
        Assert.Equal(new[] { first.Value, second.Value }.Order(), rows.Order());
    }
}
