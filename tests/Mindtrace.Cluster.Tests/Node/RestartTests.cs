using Mindtrace.Jobs;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>Workers that crash, as real processes.</summary>
public sealed class RestartTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CrashedWorker_IsRestarted_WithANewId()
    {
        var type = ClusterFixture.NewType("crashed");
        await fixture.RegisterAsync(type.Type, nameof(EchoWorker));
        await using var node = NodeProgram.Start(fixture.Manager, "19700-19700");
        var crashed = await node.LaunchReadyAsync(type.Type.Value, name: "phoenix");

        Signals.Send("KILL", await RunningNode.ProcessIdAsync(crashed));
        var restarted = await node.WhenAsync(crashed.LaunchId, launch => launch.Status == LaunchState.Ready && launch.WorkerId != crashed.WorkerId);

        Assert.Equal((crashed.WorkerUrl, "phoenix"), (restarted.WorkerUrl, restarted.WorkerName));
        Assert.Equal(WorkerState.Nonexistent, (await fixture.Cluster.GetWorkerStatusAsync(crashed.WorkerId!, Cancel)).Status);
        var job = await fixture.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "again" }), Cancel);
        var completed = await fixture.Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();
        Assert.Equal((JobState.Completed, restarted.WorkerId), (completed.Status, completed.WorkerId));

        foreach (var worker in (string[])[crashed.WorkerId!, restarted.WorkerId!])
        {
            var logs = await node.Service.CallAsync(NodeOperations.WorkerLogs, new WorkerLogsRequest { WorkerId = worker }, Cancel);
            Assert.Contains(logs.Lines, line => line.Contains("Now listening on", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task KillWorker_ByItsId_KillsTheProcessWhichIsRestarted()
    {
        var type = ClusterFixture.NewType("killed");
        await fixture.RegisterAsync(type.Type, nameof(EchoWorker));
        await using var node = NodeProgram.Start(fixture.Manager, "19710-19710");
        var worker = await node.LaunchReadyAsync(type.Type.Value);

        await node.Service.CallAsync(NodeOperations.KillWorker, new WorkerIdRequest("somebody-else"), Cancel);
        await node.Service.CallAsync(NodeOperations.KillWorker, new WorkerIdRequest(worker.WorkerId!), Cancel);

        var restarted = await node.WhenAsync(worker.LaunchId, launch => launch.Status == LaunchState.Ready && launch.WorkerId != worker.WorkerId);
        Assert.Equal(worker.WorkerUrl, restarted.WorkerUrl);
    }

    [Fact]
    public async Task Restarts_GiveUp()
    {
        var type = ClusterFixture.NewType("hopeless");
        await fixture.RegisterAsync(type.Type, nameof(EchoWorker));
        await using var node = NodeProgram.Start(fixture.Manager, "19705-19705", ("Node:MaxRestarts", "1"));
        var first = await node.LaunchReadyAsync(type.Type.Value);

        Signals.Send("KILL", await RunningNode.ProcessIdAsync(first));
        var second = await node.WhenAsync(first.LaunchId, launch => launch.Status == LaunchState.Ready && launch.WorkerId != first.WorkerId);
        Signals.Send("KILL", await RunningNode.ProcessIdAsync(second));
        var end = await node.WhenAsync(first.LaunchId, launch => launch.Status == LaunchState.Failed);

        Assert.StartsWith(
            "The worker crashed, and is given up after 1 restarts. Server: the process was killed by signal 9. It wrote last:\n", end.Error, StringComparison.Ordinal);
        Assert.Contains("Now listening on: http://127.0.0.1:19705", end.Error, StringComparison.Ordinal);
        Assert.Equal("http://127.0.0.1:19705/", (await node.LaunchReadyAsync(type.Type.Value)).WorkerUrl);
    }
}
