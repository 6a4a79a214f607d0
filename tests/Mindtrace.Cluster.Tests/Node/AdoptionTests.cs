using Mindtrace.Jobs;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>What a node finds when it is started again after a crash.</summary>
public sealed class AdoptionTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RestartedNode_AdoptsLivingWorkers_AndReapsTheDead()
    {
        var type = ClusterFixture.NewType("orphan");
        await fixture.RegisterAsync(type.Type, nameof(EchoWorker));
        await using var process = new NodeProcess(fixture.Manager, 19690, "19745-19748");
        var node = await process.StartAsync();
        var ids = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => node.LaunchAsync(type.Type.Value)));
        var launches = await Task.WhenAll(ids.Select(node.EndOfLaunchAsync));
        Assert.All(launches, launch => Assert.Equal((LaunchState.Ready, (string?)null), (launch.Status, launch.Error)));
        int[] processes = await Task.WhenAll(launches.Select(RunningNode.ProcessIdAsync));
        var (living, dead, mute) = (launches[0], launches[1], launches[2]);

        await process.KillAsync();
        Assert.All(processes, worker => Assert.True(Signals.Runs(worker)));
        Signals.Send("KILL", processes[1]);
        Signals.Send("STOP", processes[2]);
        process.Set("Node:AdoptionTimeout", "00:00:05");
        process.Set("Node:StopTimeout", "00:00:01");
        node = await process.StartAsync();

        var adopted = await node.EndOfLaunchAsync(living.LaunchId);
        Assert.Equal((LaunchState.Ready, living.WorkerId, living.WorkerUrl), (adopted.Status, adopted.WorkerId, adopted.WorkerUrl));
        Assert.Equal(processes[0], await RunningNode.ProcessIdAsync(adopted));
        var logs = await node.Service.CallAsync(NodeOperations.WorkerLogs, new WorkerLogsRequest { WorkerId = living.WorkerId }, Cancel);
        Assert.Contains(logs.Lines, line => line.Contains("Now listening on", StringComparison.Ordinal));

        foreach (var (lost, worker) in (IEnumerable<(LaunchStatus, int)>)[(dead, processes[1]), (mute, processes[2])])
        {
            var reaped = await node.EndOfLaunchAsync(lost.LaunchId);
            Assert.StartsWith("The worker did not outlive the crash of its node.", reaped.Error, StringComparison.Ordinal);
            Assert.False(Signals.Runs(worker));
        }

        // Jobs go to the one that is left, and its port is its own.
        var job = await fixture.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "still here" }), Cancel);
        var completed = await fixture.Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();
        Assert.Equal((JobState.Completed, living.WorkerId), (completed.Status, completed.WorkerId));

        // It is watched over as if nothing had been.
        Signals.Send("KILL", processes[0]);
        var restarted = await node.WhenAsync(living.LaunchId, launch => launch is { Status: LaunchState.Failed } || (launch.WorkerId ?? living.WorkerId) != living.WorkerId);
        Assert.Equal((LaunchState.Ready, living.WorkerUrl), (restarted.Status, restarted.WorkerUrl));
        var last = await RunningNode.ProcessIdAsync(restarted);
        await node.DisposeAsync();
        Assert.False(Signals.Runs(last));
    }
}
