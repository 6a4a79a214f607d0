using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Cluster.Tests.Gateway;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;
using StackExchange.Redis;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>What the manager knows of nodes, and which one it has a worker launched by.</summary>
public sealed class PlacementTests(ClusterFixture fixture)
{
    private static readonly WorkerTypeName Echo = WorkerTypeName.Parse("echo");
    private static readonly Uri Nowhere = new("http://127.0.0.1:9/");

    private static readonly (string, string) S3 = ("ConnectionStrings:minio", "Endpoint=http://store:9001;AccessKey=access;SecretKey=secret;Bucket=workers");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Launch_WithoutNode_TakesTheLeastLoaded()
    {
        await using var manager = StartManager();
        await manager.Cluster.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(Echo, nameof(EchoWorker)), Cancel);
        await using var one = NodeProgram.Start(manager, "19755-19755");
        await using var other = NodeProgram.Start(manager, "19756-19756");
        await manager.NodesWhenAsync(nodes => nodes.Count == 2 && nodes.All(node => node.MaxWorkers == 1));
        await manager.Cluster.RegisterNodeAsync(new RegisterNodeRequest(Nowhere), Cancel);

        var request = new LaunchWorkerOnNodeRequest(Echo);
        var (first, second) = (await manager.Cluster.LaunchWorkerAsync(request, Cancel), await manager.Cluster.LaunchWorkerAsync(request, Cancel));
        var refused = await Assert.ThrowsAsync<OperationException>(() => manager.Cluster.LaunchWorkerAsync(request, Cancel));

        Assert.Equal(new HashSet<Uri> { one.Url, other.Url }, new HashSet<Uri> { first.NodeUrl, second.NodeUrl });
        Assert.Equal((503, "urn:mindtrace:problem:no-node"), (refused.Status, refused.ProblemType));
        Assert.Contains($"{one.Url} has 1 workers, as many as it has ports for", refused.Detail, StringComparison.Ordinal);
        Assert.Contains($"{other.Url} has 1 workers, as many as it has ports for", refused.Detail, StringComparison.Ordinal);
        foreach (var (node, launch) in (IEnumerable<(RunningNode, LaunchWorkerOnNodeResponse)>)[(one, first), (other, second)])
        {
            var status = await manager.Cluster.LaunchWorkerStatusAsync(launch.NodeUrl, launch.LaunchId, Cancel);
            Assert.Equal(launch.LaunchId, status.LaunchId);
        }

        Assert.DoesNotContain(await manager.Cluster.ListNodesAsync(Cancel), node => node.NodeUrl == Nowhere);
    }

    [Fact]
    public async Task Launch_NoNode_SaysSo()
    {
        await using var manager = StartManager();

        var refused = await Assert.ThrowsAsync<OperationException>(() => manager.Cluster.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(Echo), Cancel));

        Assert.Equal((503, "urn:mindtrace:problem:no-node"), (refused.Status, refused.ProblemType));
        Assert.StartsWith("There is no node.", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(5), refused.RetryAfter);
    }

    [Fact]
    public async Task ListNodes_NodesComeAndGo_FollowsThem()
    {
        await using var manager = StartManager();
        Assert.Empty(await manager.Cluster.ListNodesAsync(Cancel));

        await using (var node = NodeProgram.Start(manager, "19757-19759"))
        {
            var known = Assert.Single(await manager.NodesWhenAsync(nodes => nodes is [{ MaxWorkers: not null }]));
            Assert.Equal((node.Url, NodeState.Alive, 0, (int?)3), (known.NodeUrl, known.Status, known.Workers, known.MaxWorkers));

            // As if the store had lost it: its next beat is told so.
            await manager.Cluster.UnregisterNodeAsync(node.Url, Cancel);
            var again = Assert.Single(await manager.NodesWhenAsync(nodes => nodes is [{ MaxWorkers: not null }]));
            Assert.True(again.LastHeartbeat > known.LastHeartbeat);
        }

        Assert.Empty(await manager.Cluster.ListNodesAsync(Cancel));
    }

    [Fact]
    public async Task NodeDirectory_KeepsWhatNodesTell_AndWhatWasPlacedSince()
    {
        await using var manager = StartManager();
        var nodes = new RedisNodeDirectory(manager.Services.GetRequiredService<IConnectionMultiplexer>(), manager.Services.GetRequiredService<RedisKeySpace>());
        Assert.False(await nodes.BeatAsync(Nowhere, new NodeReport(0, 1), Cancel));
        await nodes.RegisterAsync(Nowhere, Cancel);
        var report = new NodeReport(1, 2) { Total = new NodeResources(4, 1 << 20, 1), Labels = new Dictionary<string, string> { ["zone"] = "a" } };
        Assert.True(await nodes.BeatAsync(Nowhere, report, Cancel));

        var silent = Assert.Single(await nodes.ListAsync(silentAfter: TimeSpan.Zero, Cancel));
        Assert.Equal((Nowhere, 1, (int?)2, true, "a"), (silent.Url, silent.Workers, silent.Report?.MaxWorkers, silent.IsSilent, silent.Report?.Labels["zone"]));

        // Two that decide on the same look: the second has to look again.
        var seen = Assert.Single(await nodes.ListAsync(TimeSpan.FromMinutes(1), Cancel));
        var needs = new NodeResources(0.5, 10, 1);
        Assert.True(await nodes.ClaimAsync(seen, needs, Cancel));
        Assert.False(await nodes.ClaimAsync(seen, needs, Cancel));
        seen = Assert.Single(await nodes.ListAsync(TimeSpan.FromMinutes(1), Cancel));
        Assert.Equal((2, needs), (seen.Workers, seen.Reserved));
        Assert.True(await nodes.ClaimAsync(seen, needs, Cancel));

        // The next beat tells of all that came of them.
        Assert.True(await nodes.BeatAsync(Nowhere, report with { Workers = 2, Reserved = needs }, Cancel));
        seen = Assert.Single(await nodes.ListAsync(TimeSpan.FromMinutes(1), Cancel));
        Assert.Equal((2, needs), (seen.Workers, seen.Reserved));
        Assert.True(await nodes.DrainAsync(Nowhere, timeout: null, Cancel));
        Assert.False(await nodes.ClaimAsync(seen, needs, Cancel));
    }

    [Fact]
    public async Task LaunchWorker_UrlOfNoNode_IsRefusedAndNotSentTheKey()
    {
        await using var manager = StartManager();
        var type = WorkerTypeName.Parse("any");
        await manager.Cluster.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(type, nameof(EchoWorker)), Cancel);
        var calls = 0;
        await using var stranger = await TestApp.StartAsync(_ =>
        {
            Interlocked.Increment(ref calls);
            return Task.CompletedTask;
        });

        var launch = await Assert.ThrowsAsync<OperationException>(() =>
            manager.Cluster.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(type) { NodeUrl = stranger.Url }, Cancel).InTime());
        var status = await Assert.ThrowsAsync<OperationException>(() =>
            manager.Cluster.LaunchWorkerStatusAsync(stranger.Url, Guid.NewGuid(), Cancel).InTime());

        Assert.All([launch, status], refused => Assert.Equal((422, "node_url"), (refused.Status, Assert.Single(refused.Errors).Key)));
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task RegisterNode_ReturnsStoreAndBrokerSettings()
    {
        await using var manager = StartManager(("ConnectionStrings:rabbitmq", "amqp://me:p%40ss@broker:5673"), S3);

        var answer = await manager.Cluster.RegisterNodeAsync(new RegisterNodeRequest(Nowhere), Cancel);

        Assert.Equal(("broker", 5673, "me", "p@ss"), (answer.RabbitMqHost, answer.RabbitMqPort, answer.RabbitMqUsername, answer.RabbitMqPassword));
        Assert.Equal((fixture.Redis, "Redis"), (answer.Settings["ConnectionStrings:redis"], answer.Settings["Queue:Backend"]));
        Assert.Equal(Nowhere, Assert.Single(await manager.Cluster.ListNodesAsync(Cancel)).NodeUrl);
    }

    [Fact]
    public async Task RegisterNode_HandsOutNothingOfTheRegistry_UnlessToldTo()
    {
        await using var manager = StartManager(S3);
        await using var generous = StartManager(S3, ("Nodes:HandOutRegistry", "true"));

        var handed = await manager.Cluster.RegisterNodeAsync(new RegisterNodeRequest(Nowhere), Cancel);
        var toPython = await generous.Cluster.RegisterNodeAsync(new RegisterNodeRequest(Nowhere), Cancel);

        Assert.Equal(("", 0, "", "", ""), (handed.Endpoint, handed.MinioPort, handed.AccessKey, handed.SecretKey, handed.Bucket));
        Assert.DoesNotContain(handed.Settings, setting => setting.Key.Contains("minio", StringComparison.Ordinal) || setting.Value.Contains("secret", StringComparison.Ordinal));
        Assert.Equal(("store:9001", 9001, "access", "secret", "workers"), (toPython.Endpoint, toPython.MinioPort, toPython.AccessKey, toPython.SecretKey, toPython.Bucket));
    }

    /// <summary>Starts a manager that knows no nodes but those of the test.</summary>
    private ManagerProgram StartManager(params (string Key, string Value)[] settings) =>
        ManagerProgram.Start(fixture.Redis, new RedisKeySpace($"nodes-{Guid.NewGuid():N}"), settings);
}
