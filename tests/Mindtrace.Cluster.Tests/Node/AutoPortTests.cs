using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>The ports that nodes give to workers whose launch names none.</summary>
public sealed class AutoPortTests(ClusterFixture fixture)
{
    [Fact]
    public async Task AutoPort_WorkerIsKilledAndGivenUp_ItsPortIsTakenOver()
    {
        var type = await RegisterAsync();
        await using var node = NodeProgram.Start(fixture.Manager, "19730-19730", ("Node:MaxRestarts", "0"));
        var killed = await node.LaunchReadyAsync(type);

        Signals.Send("KILL", await RunningNode.ProcessIdAsync(killed));
        await node.WhenAsync(killed.LaunchId, launch => launch.Status == LaunchState.Failed);

        Assert.Equal("http://127.0.0.1:19730/", (await LaunchOnceThereIsAPortAsync(node, type)).WorkerUrl);
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
