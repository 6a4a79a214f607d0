using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>A node that is shut down, with its workers.</summary>
public sealed class ShutdownTests(ClusterFixture fixture)
{
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
}
