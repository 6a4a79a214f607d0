using Mindtrace.Jobs;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>Workers that a node launches, as processes of their own.</summary>
public abstract partial class ClusterBehaviours
{
    [Fact]
    public async Task JobSubmittedBeforeAnyWorker_RunsOnceOneIsLaunched()
    {
        var type = NewType();
        var name = await RegisterTypeAsync(type.Type);
        var job = await SubmitAsync(type, "early");
        Assert.Equal(JobState.Queued, job.Status);

        var worker = await cluster.Node.LaunchReadyAsync(name);

        Assert.Equal(worker.WorkerId, (await AssertEchoedAsync(type, job, "early")).WorkerId);
    }

    [Fact]
    public async Task NodeLaunchedWorker_RegisteredByHand_Works()
    {
        var type = NewType();
        var launch = new LaunchWorkerRequest(WorkerTypeName.Parse(await RegisterTypeAsync(jobType: null)));
        var begun = await cluster.Node.Service.CallAsync(NodeOperations.LaunchWorker, launch, Cancel);
        var worker = await cluster.Node.EndOfLaunchAsync(begun.LaunchId);
        Assert.Equal((LaunchState.Ready, (string?)null), (worker.Status, worker.Error));

        await Cluster.RegisterJobToWorkerAsync(type.Type, new Uri(worker.WorkerUrl!), Cancel);

        Assert.Equal(worker.WorkerId, (await EchoAsync(type, "by hand")).WorkerId);
    }

    [Fact]
    public async Task ManagerLaunchedWorker_RegisteredByHand_Works()
    {
        var type = NewType();
        var worker = await cluster.Node.LaunchReadyAsync(await RegisterTypeAsync(jobType: null));

        await Cluster.RegisterJobToWorkerAsync(type.Type, new Uri(worker.WorkerUrl!), Cancel);

        Assert.Equal(worker.WorkerId, (await EchoAsync(type, "by hand")).WorkerId);
    }

    [Fact]
    public async Task ThreeWorkersOfOneType_AllJobsComplete()
    {
        var type = NewType();
        var name = await RegisterTypeAsync(type.Type);
        var workers = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => cluster.Node.LaunchReadyAsync(name, cluster.WorkerUrl(i))));

        foreach (var message in new[] { "one", "two", "three" })
        {
            Assert.Contains((await EchoAsync(type, message)).WorkerId, workers.Select(worker => worker.WorkerId));
        }
    }

    [Fact]
    public async Task LaunchOnUnknownNode_IsAnError()
    {
        var launch = new LaunchWorkerOnNodeRequest(WorkerTypeName.Parse("any")) { NodeUrl = new Uri("http://127.0.0.1:9/") };

        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.LaunchWorkerAsync(launch, Cancel).InTime());

        Assert.Equal((422, "node_url"), (refused.Status, Assert.Single(refused.Errors).Key));
    }

    [Fact]
    public async Task WorkerTypeWithJobType_AutoConnects()
    {
        var type = NewType();
        var worker = await cluster.Node.LaunchReadyAsync(await RegisterTypeAsync(type.Type));

        Assert.Equal(worker.WorkerId, (await EchoAsync(type, "by itself")).WorkerId);
    }

    [Fact]
    public async Task SchemaBoundLater_AutoConnects()
    {
        var type = NewType();
        var name = await RegisterTypeAsync(jobType: null);
        await Cluster.RegisterJobSchemaToWorkerTypeAsync(type.Type, WorkerTypeName.Parse(name), Cancel);
        var worker = await cluster.Node.LaunchReadyAsync(name);

        Assert.Equal(worker.WorkerId, (await EchoAsync(type, "bound later")).WorkerId);
    }

    [Fact]
    public async Task TypeWithoutJobType_DoesNotAutoConnect()
    {
        var type = NewType();
        var worker = await cluster.Node.LaunchReadyAsync(await RegisterTypeAsync(jobType: null));
        Assert.Equal(JobState.Error, (await SubmitAsync(type, "no road")).Status);

        await Cluster.RegisterJobToWorkerAsync(type.Type, new Uri(worker.WorkerUrl!), Cancel);

        Assert.Equal(worker.WorkerId, (await EchoAsync(type, "by hand")).WorkerId);
    }

    [Fact]
    public async Task TwoTypesTwoJobTypes_DoNotMix()
    {
        JobSchema<EchoInput, EchoOutput>[] types = [NewType(), NewType()];
        var names = await Task.WhenAll(types.Select(type => RegisterTypeAsync(type.Type)));
        var workers = await Task.WhenAll(names.Select(name => cluster.Node.LaunchReadyAsync(name)));

        var ended = await Task.WhenAll(types.Select(type => EchoAsync(type, type.Type.Value)));

        Assert.Equal(workers.Select(worker => worker.WorkerId), ended.Select(job => job.WorkerId));
    }

    [Fact]
    public Task ShutdownByName_FreesTheUrl() => ShutdownFreesTheUrlAsync((node, worker) =>
        node.CallAsync(NodeOperations.ShutdownWorker, new WorkerNameRequest(worker.WorkerName!), Cancel));

    [Fact]
    public Task ShutdownById_FreesTheUrl() => ShutdownFreesTheUrlAsync((node, worker) =>
        node.CallAsync(NodeOperations.ShutdownWorkerById, new WorkerIdRequest(worker.WorkerId!), Cancel));

    [Fact]
    public Task ShutdownByPort_FreesTheUrl() => ShutdownFreesTheUrlAsync((node, worker) =>
        node.CallAsync(NodeOperations.ShutdownWorkerByPort, new WorkerPortRequest(new Uri(worker.WorkerUrl!).Port), Cancel));

    [Fact]
    public async Task AutoPort_TakesRangeInOrder_ThenFails()
    {
        var (node, type) = (cluster.Node, await RegisterTypeAsync(jobType: null));
        Guid[] ids = [await node.LaunchAsync(type), await node.LaunchAsync(type), await node.LaunchAsync(type)];
        var full = await node.EndOfLaunchAsync(await node.LaunchAsync(type));

        var launches = await Task.WhenAll(ids.Select(node.EndOfLaunchAsync));

        Assert.Equal([cluster.AutoUrl(0), cluster.AutoUrl(1), cluster.AutoUrl(2)], launches.Select(launch => launch.WorkerUrl));
        Assert.Equal((LaunchState.Failed, cluster.NoPort), (full.Status, full.Error));
    }

    [Fact]
    public async Task AutoPort_ConcurrentLaunchesGetPortsInOrder_AndAreReusedAfterShutdownAll()
    {
        var (node, type) = (cluster.Node, await RegisterTypeAsync(jobType: null));
        for (var turn = 0; turn < 2; turn++)
        {
            var launches = await Task.WhenAll(node.LaunchReadyAsync(type), node.LaunchReadyAsync(type));
            Assert.Equal([cluster.AutoUrl(0), cluster.AutoUrl(1)], launches.Select(launch => launch.WorkerUrl).Order(StringComparer.Ordinal));
            await node.Service.CallAsync(NodeOperations.ShutdownAllWorkers, Cancel).InTime();
        }
    }

    [Fact]
    public async Task AutoPort_CrashedWorkersPortIsTakenOver()
    {
        var (node, type) = (cluster.Node, await RegisterTypeAsync(jobType: null));
        LaunchStatus[] launches = [.. await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => node.LaunchReadyAsync(type)))];
        var middle = launches.Single(launch => launch.WorkerUrl == cluster.AutoUrl(1));

        // As in the original, without word to its node. It is not started again: it was told to end.
        using var http = new HttpClient();
        await ManagerProgram.ClientOf(new Uri(middle.WorkerUrl!), http).CallAsync(ServiceOperations.Shutdown, Cancel).InTime();

        Assert.Equal(cluster.AutoUrl(1), (await LaunchOnceThereIsAPortAsync(type)).WorkerUrl);
        Assert.Equal(middle.WorkerId, (await node.EndOfLaunchAsync(middle.LaunchId)).WorkerId);
    }

    /// <summary>Launches a worker on the node whose range is full, as soon as it is not any more. Nobody tells when, so this tries.</summary>
    private async Task<LaunchStatus> LaunchOnceThereIsAPortAsync(string type)
    {
        while (true)
        {
            var launch = await cluster.Node.EndOfLaunchAsync(await cluster.Node.LaunchAsync(type)).InTime();
            if (launch.Error != cluster.NoPort)
            {
                Assert.Equal((LaunchState.Ready, (string?)null), (launch.Status, launch.Error));
                return launch;
            }
        }
    }

    private async Task ShutdownFreesTheUrlAsync(Func<ServiceClient, LaunchStatus, Task> shutDown)
    {
        var (node, url, type) = (cluster.Node, cluster.WorkerUrl(0), await RegisterTypeAsync(jobType: null));
        var worker = await node.LaunchReadyAsync(type, url, name: type);
        var process = await RunningNode.ProcessIdAsync(worker);

        await shutDown(node.Service, worker).InTime();

        Assert.False(Signals.Runs(process));
        Assert.NotEqual(worker.WorkerId, (await node.LaunchReadyAsync(type, url, name: type)).WorkerId);
    }

    /// <summary>Registers a worker type of the stock worker's echo, under a new name.</summary>
    private async Task<string> RegisterTypeAsync(JobType? jobType)
    {
        var name = $"echo-{Guid.NewGuid():N}";
        await Cluster.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(WorkerTypeName.Parse(name), nameof(EchoWorker)) { JobType = jobType }, Cancel);
        return name;
    }
}
