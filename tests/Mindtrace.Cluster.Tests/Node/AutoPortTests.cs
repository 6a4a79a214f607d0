using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>The ports that nodes give to workers whose launch names none.</summary>
public sealed class AutoPortTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AutoPort_TakesRangeInOrder_ThenFails()
    {
        var type = await RegisterAsync();
        await using var node = NodeProgram.Start(fixture.Manager, "19720-19722");
        Guid[] ids = [await node.LaunchAsync(type), await node.LaunchAsync(type), await node.LaunchAsync(type)];
        var full = await node.EndOfLaunchAsync(await node.LaunchAsync(type));

        var launches = await Task.WhenAll(ids.Select(node.EndOfLaunchAsync));

        Assert.Equal(["http://127.0.0.1:19720/", "http://127.0.0.1:19721/", "http://127.0.0.1:19722/"], launches.Select(launch => launch.WorkerUrl));
        Assert.Equal((LaunchState.Failed, "No worker ports available in range [19720, 19722]"), (full.Status, full.Error));
    }

    [Fact]
    public async Task AutoPort_ConcurrentLaunchesGetPortsInOrder_AndAreReusedAfterShutdownAll()
    {
        var type = await RegisterAsync();
        await using var node = NodeProgram.Start(fixture.Manager, "19725-19728");

        for (var turn = 0; turn < 2; turn++)
        {
            var ids = await Task.WhenAll(node.LaunchAsync(type), node.LaunchAsync(type));
            var launches = await Task.WhenAll(ids.Select(node.EndOfLaunchAsync));
            Assert.Equal(
                ["http://127.0.0.1:19725/", "http://127.0.0.1:19726/"], launches.Select(launch => launch.WorkerUrl).Order(StringComparer.Ordinal));
            await node.Service.CallAsync(NodeOperations.ShutdownAllWorkers, Cancel).InTime();
        }
    }

    [Fact]
    public async Task AutoPort_CrashedWorkersPortIsTakenOver()
    {
        var type = await RegisterAsync();
        await using var node = NodeProgram.Start(fixture.Manager, "19730-19732", ("Node:MaxRestarts", "0"));
        Guid[] ids = [await node.LaunchAsync(type), await node.LaunchAsync(type), await node.LaunchAsync(type)];
        var launches = await Task.WhenAll(ids.Select(node.EndOfLaunchAsync));
        Assert.All(launches, launch => Assert.Equal((LaunchState.Ready, (string?)null), (launch.Status, launch.Error)));

        Signals.Send("KILL", await RunningNode.ProcessIdAsync(launches[1]));
        await node.WhenAsync(launches[1].LaunchId, launch => launch.Status == LaunchState.Failed);

        Assert.Equal("http://127.0.0.1:19731/", (await LaunchOnceThereIsAPortAsync(node, type)).WorkerUrl);
    }

    [Fact]
    public async Task AutoPort_WorkerShutDownDirectly_IsNotRestartedAndItsPortIsTakenOver()
    {
        var type = await RegisterAsync();
        await using var node = NodeProgram.Start(fixture.Manager, "19735-19735");
        var first = await node.LaunchReadyAsync(type);
        using var http = new HttpClient();

        await new ServiceClient(http, new Uri(first.WorkerUrl!), ManagerProgram.ApiKey).CallAsync(ServiceOperations.Shutdown, Cancel).InTime();

        Assert.Equal("http://127.0.0.1:19735/", (await LaunchOnceThereIsAPortAsync(node, type)).WorkerUrl);
        Assert.Equal(first.WorkerId, (await node.EndOfLaunchAsync(first.LaunchId)).WorkerId);
    }

    [Fact]
    public async Task TwoNodes_OneRange_NeverCollide()
    {
        var type = await RegisterAsync();
        await using var one = NodeProgram.Start(fixture.Manager, "19740-19743");
        await using var other = NodeProgram.Start(fixture.Manager, "19740-19743");
        RunningNode[] nodes = [one, other, one, other];
        var ids = await Task.WhenAll(nodes.Select(node => node.LaunchAsync(type)));
        var full = await other.EndOfLaunchAsync(await other.LaunchAsync(type));

        var launches = await Task.WhenAll(ids.Zip(nodes, (id, node) => node.EndOfLaunchAsync(id)));

        Assert.All(launches, launch => Assert.Equal((LaunchState.Ready, (string?)null), (launch.Status, launch.Error)));
        Assert.Equal(Enumerable.Range(19740, 4), launches.Select(launch => new Uri(launch.WorkerUrl!).Port).Order());
        Assert.Equal((LaunchState.Failed, "No worker ports available in range [19740, 19743]"), (full.Status, full.Error));
    }

    /// <summary>Launches a worker on a node whose range is full, as soon as it is not any more. Nobody tells when, so this tries.</summary>
    private static async Task<LaunchStatus> LaunchOnceThereIsAPortAsync(RunningNode node, string type)
    {
        while (true)
        {
            var launch = await node.EndOfLaunchAsync(await node.LaunchAsync(type)).InTime();
            if (launch.Error?.StartsWith("No worker ports available", StringComparison.Ordinal) is not true)
            {
                Assert.Equal((LaunchState.Ready, (string?)null), (launch.Status, launch.Error));
                return launch;
            }
        }
    }

    private async Task<string> RegisterAsync()
    {
        var type = ClusterFixture.NewType("port").Type;
        await fixture.RegisterAsync(type, nameof(EchoWorker));
        return type.Value;
    }
}
