using Mindtrace.Cluster;
using Mindtrace.Reliability.Worker;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Reliability.Tests;

/// <summary>A node that dies under its workers.</summary>
[Collection(nameof(ReliabilitySuite))]
public sealed class NodeDamageTests(NodeDamageTests.Cluster cluster) : IClassFixture<NodeDamageTests.Cluster>
{
    private const int Jobs = 2_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Node_KilledAmongManyJobs_ItsWorkersGoOn()
    {
        var processes = cluster.Ledger.Processes;
        var submission = cluster.SubmitAsync([.. Enumerable.Range(0, Jobs).Select(_ => LedgerWorker.Schema.CreateJob(new LedgerInput()))]);
        await cluster.Ledger.WhenExecutedAsync(Jobs / 10);
        var done = cluster.Ledger.Count(LedgerWriter.Executed).Count;

        await cluster.Node.KillAsync();

        Assert.True(done < Jobs, "All jobs were done before the node was killed.");
        (await cluster.JudgeAsync(await submission)).IsClean(extraExecutions: 0);
        Assert.Equal(processes, cluster.Ledger.Processes);
    }

    public sealed class Cluster() : ClusterUnderDamage(new GarnetServer(), broker: null)
    {
        private SupervisedService? _node;

        internal SupervisedService Node => _node!;

        private protected override async Task StartWorkersAsync()
        {
            var ports = LoopbackPort.FindFree();
            _node = await StartServiceAsync("Mindtrace.Node", new Dictionary<string, string?>
            {
                ["Node:StockWorker"] = ServiceProgram.Of("Mindtrace.Reliability.Worker"),
                ["Node:WorkerPorts"] = $"{ports}-{ports + Workers + 5}",
                ["Node:StateDirectory"] = NewDirectory("node"),
                ["Node:ProgramsDirectory"] = NewDirectory("programs"),
            });
            var workerType = WorkerTypeName.Parse("ledger");
            await Client.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(workerType, nameof(LedgerWorker)) { JobType = Type }, Cancel);
            for (var i = 0; i < Workers; i++)
            {
                var launch = await Client.WaitForLaunchAsync(await Client.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(workerType), Cancel), Cancel);
                Assert.Equal((LaunchState.Ready, (string?)null), (launch.Status, launch.Error));
            }
        }

        private protected override ValueTask StopWorkersAsync() => _node?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
