using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>Workers of nodes, read and stopped through the manager.</summary>
public sealed class LaunchedWorkerTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Manager.Cluster;

    [Fact]
    public async Task WorkerOfANode_LogsAreRead_Followed_AndItIsShutDown()
    {
        var type = ClusterFixture.NewType("forwarded");
        await fixture.RegisterAsync(type.Type, nameof(EchoWorker));
        await using var node = NodeProgram.Start(fixture.Manager, "19753-19753");
        var worker = (await node.LaunchReadyAsync(type.Type.Value)).WorkerId!;

        var lines = await Cluster.GetWorkerLogsAsync(new WorkerOutputRequest(worker), Cancel);
        var following = Cluster.FollowWorkerLogsAsync(new WorkerOutputRequest(worker), Cancel).ToListAsync(Cancel);
        var ended = await Cluster.ShutDownWorkerAsync(worker, Cancel).InTime();
        var followed = await following.AsTask().InTime();

        Assert.Contains(lines, line => line.Contains("Now listening on: http://127.0.0.1:19753", StringComparison.Ordinal));
        Assert.Equal((worker, WorkerState.Shutdown), (ended.WorkerId, ended.Status));
        Assert.Equal(lines, followed.Take(lines.Count));
        Assert.Contains(followed, line => line.Contains("Application is shutting down", StringComparison.Ordinal));
        Assert.Equal(followed.TakeLast(2), await Cluster.GetWorkerLogsAsync(new WorkerOutputRequest(worker) { Lines = 2 }, Cancel));
    }

    [Fact]
    public async Task WorkerOfNoNode_IsToldToStop_AndItsLogsAreElsewhere()
    {
        await using var worker = await fixture.StartWorkerAsync(new GatedWorker(), ClusterFixture.NewType("apart").Type);

        var unread = await Assert.ThrowsAsync<OperationException>(() => Cluster.GetWorkerLogsAsync(new WorkerOutputRequest(worker.Id), Cancel));
        var unfollowed = await Assert.ThrowsAsync<OperationException>(() =>
            Cluster.FollowWorkerLogsAsync(new WorkerOutputRequest(worker.Id), Cancel).ToListAsync(Cancel).AsTask());
        await Cluster.ShutDownWorkerAsync(worker.Id, Cancel);

        Assert.Equal((409, "urn:mindtrace:problem:worker-not-launched"), (unread.Status, unread.ProblemType));
        Assert.Equal((409, "urn:mindtrace:problem:worker-not-launched"), (unfollowed.Status, unfollowed.ProblemType));
        Assert.True(worker.Stopping.IsCancellationRequested);
    }

    [Fact]
    public async Task UnknownWorker_Is404()
    {
        var unread = await Assert.ThrowsAsync<OperationException>(() => Cluster.GetWorkerLogsAsync(new WorkerOutputRequest("never-seen"), Cancel));
        var running = await Assert.ThrowsAsync<OperationException>(() => Cluster.ShutDownWorkerAsync("never-seen", Cancel));

        Assert.Equal((404, 404), (unread.Status, running.Status));
    }
}
