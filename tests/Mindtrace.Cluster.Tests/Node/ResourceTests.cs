using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>What workers ask of a node, from the registration of their type to their processes.</summary>
public sealed class ResourceTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Fact]
    public async Task Launch_WorkersThatAskForGpus_GetOneEach_AndNoneWhenNoneIsLeft()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var list = Path.GetTempFileName();
        await File.WriteAllTextAsync(list, "#!/bin/sh\necho GPU-one\necho GPU-two\n", Cancel);
        File.SetUnixFileMode(list, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var zone = Guid.NewGuid().ToString("N");
        await using var node = NodeProgram.Start(
            fixture.Manager, "19770-19779", ("Node:NvidiaSmi", list), ("Node:Labels:zone", zone), ("Node:Cpus", "8"), ("Node:MemoryBytes", "1000000"));
        var type = WorkerTypeName.Parse($"gpu-{zone}");
        var needs = new WorkerNeeds { Gpus = 1, Cpus = 0.5, MemoryBytes = 1000, Labels = new Dictionary<string, string> { ["zone"] = zone } };
        await Cluster.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(type, nameof(EchoWorker)) { Needs = needs }, Cancel);
        var nodes = await fixture.Manager.NodesWhenAsync(all => all.Any(it => it.NodeUrl == node.Url && it.Resources is { Gpus: 2 }));
        Assert.Equal(new NodeCapacity(8, 1_000_000, 2), nodes.Single(it => it.NodeUrl == node.Url).Resources);

        var launches = new[] { await LaunchAsync(), await LaunchAsync() };
        var refused = await Assert.ThrowsAsync<OperationException>(LaunchAsync);

        Assert.Equal("urn:mindtrace:problem:no-node", refused.ProblemType);
        Assert.Contains($"{node.Url} has 0 of 2 GPUs free", refused.Detail, StringComparison.Ordinal);
        var named = await Assert.ThrowsAsync<OperationException>(() => Cluster.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(type) { NodeUrl = node.Url }, Cancel));
        Assert.Equal((409, "urn:mindtrace:problem:node-full"), (named.Status, named.ProblemType));
        List<string> seen = [];
        foreach (var launch in launches)
        {
            var worker = await node.EndOfLaunchAsync(launch.LaunchId);
            Assert.Equal((LaunchState.Ready, (string?)null), (worker.Status, worker.Error));
            var variables = await ProcessEnvironment.ReadAsync(await RunningNode.ProcessIdAsync(worker));
            var gpu = variables["CUDA_VISIBLE_DEVICES"];
            Assert.Equal(gpu, variables["Worker__Gpus__0"]);
            seen.Add(gpu);
        }

        Assert.Equal(["GPU-one", "GPU-two"], seen.Order());

        // What a worker had is free once it has ended.
        var first = await node.EndOfLaunchAsync(launches[0].LaunchId);
        await node.Service.CallAsync(NodeOperations.ShutdownWorkerById, new WorkerIdRequest(first.WorkerId!), Cancel).InTime();
        await fixture.Manager.NodesWhenAsync(all => all.Single(it => it.NodeUrl == node.Url).Reserved == new NodeCapacity(0.5, 1000, 1));
        File.Delete(list);

        Task<LaunchWorkerOnNodeResponse> LaunchAsync() => Cluster.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(type), Cancel);
    }

    [Fact]
    public async Task RegisterWorkerType_Needs_AreListed_AndCheckedForRange()
    {
        await using var manager = ManagerProgram.Start(fixture.Redis, new RedisKeySpace($"needs-{Guid.NewGuid():N}"));
        var type = WorkerTypeName.Parse("needy");
        var request = new RegisterWorkerTypeRequest(type, nameof(EchoWorker)) { Needs = new WorkerNeeds { Cpus = 1.5 } };
        await manager.Cluster.RegisterWorkerTypeAsync(request, Cancel);

        Assert.Equal(1.5, (await manager.Service.CallAsync(WorkerTypeOperations.ListWorkerTypes, Cancel)).WorkerTypes.Single(it => it.WorkerType == type).Needs?.Cpus);
        var refused = await Assert.ThrowsAsync<OperationException>(() =>
            manager.Cluster.RegisterWorkerTypeAsync(request with { Needs = new WorkerNeeds { Gpus = -1 } }, Cancel));
        Assert.Equal((422, "needs"), (refused.Status, Assert.Single(refused.Errors).Key));
    }
}
