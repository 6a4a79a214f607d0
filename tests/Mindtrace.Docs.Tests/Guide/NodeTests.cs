using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Docs.Tests.Guide;

[Collection(nameof(GuideCluster))]
public sealed class NodeTests(GuideCluster guide)
{
    [Fact]
    public async Task Node_LaunchesAndShutsDownWorkers()
    {
        var (cluster, node) = (guide.Client, guide.Node);
        var idleWorker = WorkerTypeName.Parse("idle_worker");
        await cluster.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(idleWorker, "EchoWorker") { JobType = JobType.Parse("idle_job") });

        #region node-launch
        var launch = await node.Client.CallAsync(NodeOperations.LaunchWorker, new LaunchWorkerRequest(idleWorker) { WorkerName = "my_worker" });
        var ready = await cluster.WaitForLaunchAsync(new LaunchWorkerOnNodeResponse(launch.LaunchId, node.Url));
        Console.WriteLine($"{ready.Status} at {ready.WorkerUrl}");
        #endregion
        Assert.Equal(LaunchState.Ready, ready.Status);

        #region shut-down
        await node.Client.CallAsync(NodeOperations.ShutdownWorker, new WorkerNameRequest("my_worker"));
        await node.Client.CallAsync(NodeOperations.ShutdownWorkerById, new WorkerIdRequest(ready.WorkerId!));
        await node.Client.CallAsync(NodeOperations.ShutdownWorkerByPort, new WorkerPortRequest(new Uri(ready.WorkerUrl!).Port));
        #endregion

        var workers = await cluster.ListWorkersAsync();
        Assert.DoesNotContain(workers, worker => worker.WorkerId == ready.WorkerId && worker.Status != WorkerState.Nonexistent);
    }
}
