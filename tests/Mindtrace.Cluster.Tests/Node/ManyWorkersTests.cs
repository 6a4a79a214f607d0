using System.Globalization;
using Mindtrace.Jobs.Redis;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>More workers than a machine starts at once. By itself: it leaves no processor to other tests.</summary>
[Collection(nameof(ManyWorkersTests))]
[CollectionDefinition(nameof(ManyWorkersTests), DisableParallelization = true)]
public sealed class ManyWorkersTests(ClusterFixture fixture)
{
    private const int Nodes = 3;
    private const int FirstPort = 19500;

    private static int Workers =>
        int.Parse(Environment.GetEnvironmentVariable("MINDTRACE_TEST_WORKERS") is { Length: > 0 } set ? set : "20", CultureInfo.InvariantCulture);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ManyWorkersOnThreeNodes_LaunchedAndShutDown_NoneIsLeft()
    {
        await using var manager = ManagerProgram.Start(fixture.Redis, new RedisKeySpace($"many-{Guid.NewGuid():N}"));
        var type = WorkerTypeName.Parse("echo");
        await manager.Cluster.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(type, nameof(EchoWorker)), Cancel);
        var range = $"{FirstPort}-{FirstPort + Workers - 1}";
        RunningNode[] nodes = [.. Enumerable.Range(0, Nodes).Select(_ => NodeProgram.Start(manager, range, ("Node:MaxConcurrentLaunches", "2")))];
        try
        {
            await manager.NodesWhenAsync(known => known.Count == Nodes && known.All(node => node.MaxWorkers == Workers));
            var begun = await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => manager.Cluster.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(type), Cancel)));

            // One after the other: to ask about all of them at once would be more load than to launch them.
            var launches = new List<LaunchStatus>();
            foreach (var launch in begun)
            {
                launches.Add(await nodes.Single(node => node.Url == launch.NodeUrl).EndOfLaunchAsync(launch.LaunchId));
            }

            Assert.All(launches, launch => Assert.Equal((LaunchState.Ready, (string?)null), (launch.Status, launch.Error)));
            Assert.Equal(Workers, launches.Select(launch => launch.WorkerUrl).Distinct().Count());
            Assert.Equal(Math.Min(Workers, Nodes), begun.Select(launch => launch.NodeUrl).Distinct().Count());
            var processes = await Task.WhenAll(launches.Select(RunningNode.ProcessIdAsync));
            Assert.All(processes, process => Assert.True(Signals.Runs(process)));

            await Task.WhenAll(nodes.Select(node => node.Service.CallAsync(NodeOperations.ShutdownAllWorkers, Cancel)));

            Assert.All(processes, process => Assert.False(Signals.Runs(process)));
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }
}
