using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>Workers of a node that are shut down, one by one or with the node.</summary>
public sealed class ShutdownTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task ShutdownByName_FreesTheUrl() => ShutdownFreesTheUrlAsync(19710, (node, worker) =>
        node.CallAsync(NodeOperations.ShutdownWorker, new WorkerNameRequest(worker.WorkerName!), Cancel));

    [Fact]
    public Task ShutdownById_FreesTheUrl() => ShutdownFreesTheUrlAsync(19711, (node, worker) =>
        node.CallAsync(NodeOperations.ShutdownWorkerById, new WorkerIdRequest(worker.WorkerId!), Cancel));

    [Fact]
    public Task ShutdownByPort_FreesTheUrl() => ShutdownFreesTheUrlAsync(19712, (node, worker) =>
        node.CallAsync(NodeOperations.ShutdownWorkerByPort, new WorkerPortRequest(new Uri(worker.WorkerUrl!).Port), Cancel));

    [Fact]
    public async Task NodeShutdown_SurvivesAWorkerThatWillNot()
    {
        var type = ClusterFixture.NewType("stubborn");
        await fixture.RegisterAsync(type.Type, nameof(EchoWorker));
        int process;
        await using (var node = NodeProgram.Start(fixture.Manager, "19715-19715", ("Node:StopTimeout", "00:00:01")))
        {
            process = await RunningNode.ProcessIdAsync(await node.LaunchReadyAsync(type.Type.Value));

            // A process that is stopped does not see a request to end.
            Signals.Send("STOP", process);
        }

        Assert.False(Signals.Runs(process));
    }

    private async Task ShutdownFreesTheUrlAsync(int port, Func<ServiceClient, LaunchStatus, Task> shutDown)
    {
        var type = ClusterFixture.NewType("shutdown");
        await fixture.RegisterAsync(type.Type, nameof(EchoWorker));
        await using var node = NodeProgram.Start(fixture.Manager, "19719-19719");
        var url = new Uri($"http://127.0.0.1:{port}/");
        var worker = await node.LaunchReadyAsync(type.Type.Value, url, name: $"worker-{port}");
        var process = await RunningNode.ProcessIdAsync(worker);

        await shutDown(node.Service, worker).InTime();

        Assert.False(Signals.Runs(process));
        var next = await node.LaunchReadyAsync(type.Type.Value, url, name: $"worker-{port}");
        Assert.NotEqual(worker.WorkerId, next.WorkerId);
    }
}
