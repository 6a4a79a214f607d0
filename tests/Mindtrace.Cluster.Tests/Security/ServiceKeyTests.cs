using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Security;

/// <summary>What the keys of services open, in a cluster that runs.</summary>
public sealed class ServiceKeyTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LaunchedWorker_IsTakenOver_ItsKeyOpensNothingThatIsNotAWorkers()
    {
        var type = ClusterFixture.NewType("taken");
        await fixture.RegisterAsync(type.Type, nameof(EchoWorker));
        await using var node = NodeProgram.Start(fixture.Manager, "19850-19851");
        var (launch, neighbour) = (await node.LaunchReadyAsync(type.Type.Value), await node.LaunchReadyAsync(type.Type.Value));
        var environment = await ProcessEnvironment.ReadAsync(await RunningNode.ProcessIdAsync(launch));
        await using var other = await fixture.StartWorkerAsync(new EchoWorker(TimeProvider.System), ClusterFixture.NewType("other").Type);
        var job = await fixture.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "not yours" }), Cancel);

        Assert.DoesNotContain(environment.Values, value => value.Contains(ManagerProgram.ApiKey, StringComparison.Ordinal));
        Assert.DoesNotContain(environment.Values, value => value.Contains("workers@", StringComparison.Ordinal));
        var key = environment["Security__ApiKey"];

        // It is a worker's key, and a valid one.
        var manager = new ClusterClient(new ServiceClient(fixture.Manager.CreateClient(), apiKey: key));
        Assert.Null(await manager.FindKeyAsync("nobody", Cancel));

        await AssertRefusedAsync(() => manager.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "mine" }), Cancel));
        await AssertRefusedAsync(() => manager.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(WorkerTypeName.Parse("mine"), nameof(EchoWorker)), Cancel));
        await AssertRefusedAsync(() => manager.GetJobStatusAsync(job.JobId, Cancel));
        await AssertRefusedAsync(() => manager.InspectJobAsync(job.JobId, Cancel));
        await AssertRefusedAsync(() => manager.CreateKeyAsync(new CreateKeyRequest(KeyName.Parse("mine"), [Role.Admin]), Cancel));
        await AssertRefusedAsync(() => manager.RegisterNodeAsync(new RegisterNodeRequest(new Uri("http://127.0.0.1:9/")), Cancel));
        using var http = new HttpClient();
        var atNode = new ServiceClient(http, node.Url, key);
        await AssertRefusedAsync(() => atNode.CallAsync(NodeOperations.LaunchWorker, new LaunchWorkerRequest(WorkerTypeName.Parse(type.Type.Value)), Cancel));
        await AssertRefusedAsync(() => atNode.CallAsync(NodeOperations.WorkerLogs, new WorkerLogsRequest { WorkerId = launch.WorkerId }, Cancel));
        await AssertRefusedAsync(() => atNode.CallAsync(NodeOperations.ShutdownAllWorkers, Cancel));

        // Nor is it a key of the worker beside it: it neither opens that one nor speaks for it.
        var atNeighbour = new ServiceClient(http, new Uri(neighbour.WorkerUrl!), key);
        await AssertRefusedAsync(() => atNeighbour.CallAsync(ServiceOperations.Status, Cancel));
        await AssertRefusedAsync(() => atNeighbour.CallAsync(ServiceOperations.Shutdown, Cancel));
        var (id, url) = (WorkerId.Parse(neighbour.WorkerId!), new Uri(neighbour.WorkerUrl!));
        await AssertRefusedAsync(() => manager.RegisterWorkerAsync(new RegisterWorkerRequest(id, url, [type.Type]), Cancel));
        var calls = new ServiceClient(fixture.Manager.CreateClient(), apiKey: key);
        await AssertRefusedAsync(() => calls.CallAsync(AttemptOperations.TakeJob, new TakeJobRequest(id, type.Type), Cancel));
        await AssertRefusedAsync(() => calls.CallAsync(WorkerDirectoryOperations.WorkerAlertStartedJob, new WorkerStartedJobRequest(job.JobId, id), Cancel));
        await AssertRefusedAsync(() => calls.CallAsync(
            WorkerDirectoryOperations.WorkerAlertCompletedJob, new WorkerCompletedJobRequest(job.JobId, id, JobState.Completed), Cancel));
    }

    [Fact]
    public async Task LaunchedWorker_Ends_SoDoesItsKey()
    {
        var type = ClusterFixture.NewType("ended");
        await fixture.RegisterAsync(type.Type, nameof(EchoWorker));
        await using var node = NodeProgram.Start(fixture.Manager, "19853-19853");
        var launch = await node.LaunchReadyAsync(type.Type.Value);
        var name = $"worker@{launch.WorkerId}@{node.Url}";
        Assert.Equal([Role.Worker], (await fixture.Cluster.FindKeyAsync(name, Cancel))?.Roles);

        await fixture.Cluster.ShutDownWorkerAsync(launch.WorkerId!, Cancel);

        Assert.Null(await fixture.Cluster.FindKeyAsync(name, Cancel));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-3, false)]
    [InlineData(3, false)]
    public async Task LaunchedWorker_HasNotRegistered_ItsKeyCountsWhileItMayStart(int hours, bool counts)
    {
        var node = new Uri($"http://127.0.0.1:{10 + hours}/");
        var handed = (await fixture.Cluster.RegisterNodeAsync(new RegisterNodeRequest(node), Cancel)).Settings["Security:ApiKey"];
        var key = LaunchedWorkerKey.Of(LaunchedWorkerKey.NewWorker(TimeProvider.System.GetUtcNow().AddHours(hours)), node, handed);

        Assert.Equal(counts ? key.Digest : null, (await fixture.Cluster.FindKeyAsync(key.Name, Cancel))?.Digest);
        await fixture.Cluster.UnregisterNodeAsync(node, Cancel);
        Assert.Null(await fixture.Cluster.FindKeyAsync(key.Name, Cancel));
    }

    [Fact]
    public async Task Worker_OfAnotherKey_IsCalledByTheManager()
    {
        var type = ClusterFixture.NewType("own-key");
        var key = (await fixture.Cluster.CreateKeyAsync(new CreateKeyRequest(KeyName.Parse($"worker.{Guid.NewGuid():N}"), [Role.Worker]), Cancel)).Key;
        await using var worker = await WorkerProgram.StartAsync(
            fixture.Redis, new EchoWorker(TimeProvider.System), space: null,
            ("Security:ApiKey", key), ("Manager:BaseAddress", fixture.Manager.Url.AbsoluteUri), ("Worker:JobTypes:0", type.Type.Value));

        await fixture.Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);

        Assert.Equal(WorkerState.Idle, (await fixture.Cluster.QueryWorkerStatusAsync(worker.Id, Cancel)).Status);
        var job = await fixture.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }), Cancel);
        Assert.Equal(worker.Id, (await fixture.Cluster.WaitForJobAsync(job.JobId, Cancel).InTime()).WorkerId);
    }

    [Fact]
    public async Task Node_Ends_SoDoesTheKeyOfItsWorkers()
    {
        var node = new Uri("http://127.0.0.1:9/");
        var key = (await fixture.Cluster.RegisterNodeAsync(new RegisterNodeRequest(node), Cancel)).Settings["Security:ApiKey"];
        Assert.True(ApiKey.TryParse(key, out var parsed));
        var known = await fixture.Cluster.FindKeyAsync(parsed.Name, Cancel);
        Assert.Equal((parsed.Digest, Role.Worker), (known?.Digest, Assert.Single(known!.Roles)));

        await fixture.Cluster.UnregisterNodeAsync(node, Cancel);

        Assert.Null(await fixture.Cluster.FindKeyAsync(parsed.Name, Cancel));
    }

    private static async Task AssertRefusedAsync(Func<Task> call) =>
        Assert.Equal(ProblemTypes.Forbidden, (await Assert.ThrowsAsync<OperationException>(call)).ProblemType);
}
