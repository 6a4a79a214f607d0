using System.Net;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Reliability.Worker;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Reliability.Tests;

/// <summary>Nodes on machines of their own, with addresses of their own, joined with <c>mindtrace node join</c>.</summary>
[Collection(nameof(ReliabilitySuite))]
public sealed class OtherMachineTests(OtherMachineTests.Cluster cluster) : IClassFixture<OtherMachineTests.Cluster>
{
    private const int Jobs = 200;
    private static readonly TimeSpan SlowBy = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_Joined_AreKnownByTheAddressOfTheirMachine()
    {
        var nodes = await cluster.Client.ListNodesAsync(Cancel);
        var workers = await cluster.Client.ListWorkersAsync(cancellationToken: Cancel);

        Assert.Equal(
            cluster.Machines.Select(machine => machine.Address.ToString()).Order(StringComparer.Ordinal),
            nodes.Select(node => node.NodeUrl.Host).Order(StringComparer.Ordinal));
        Assert.All(workers, worker => Assert.Contains(cluster.Machines, machine => machine.Address.ToString() == new Uri(worker.WorkerUrl).Host));
    }

    [Fact]
    public async Task Links_SlowAmongManyJobs_NoJobRunsTwice()
    {
        cluster.Links.Delay = SlowBy;
        try
        {
            var accepted = await cluster.SubmitAsync([.. Enumerable.Range(0, Jobs).Select(_ => LedgerWorker.Schema.CreateJob(new LedgerInput()))]);
            (await cluster.JudgeAsync(accepted)).IsClean(extraExecutions: 0);
            Assert.True(cluster.Links.HeldUp > 0);
        }
        finally
        {
            cluster.Links.Delay = TimeSpan.Zero;
        }
    }

    [Fact]
    public async Task Link_CutUntilTheWorkerWasDeclaredDead_LateResultIsRefusedAndTheNodeComesBack()
    {
        var (job, gate, first) = await cluster.StartGatedJobAsync();
        var machine = await cluster.MachineOfAsync(first);
        await machine.CutAsync(Cancel);
        try
        {
            // It runs to its end there, and nobody hears of it.
            await File.WriteAllTextAsync(gate, "", Cancel);
            await cluster.Ledger.WhenNotedAsync(LedgerWriter.Executed, job, 1);
            var finished = await cluster.Client.WaitForJobAsync(job, Cancel);
            Assert.Equal(JobState.Completed, finished.Status);
            Assert.NotEqual(first.Value, finished.WorkerId);
        }
        finally
        {
            await machine.MendAsync(Cancel);
        }

        await cluster.Ledger.WhenNotedAsync(LedgerWriter.Refused, job, 1);
        (await cluster.JudgeAsync([job])).IsClean(extraExecutions: 1);
        Assert.Equal(1, (await cluster.Client.InspectJobAsync(job, Cancel)).Deaths);

        // All of it works as before: the node is heard of, and its worker has work.
        using var look = new PeriodicTimer(LookInterval);
        while (!(await cluster.Client.ListNodesAsync(Cancel)).All(node => node.Status == NodeState.Alive))
        {
            await look.WaitForNextTickAsync(Cancel);
        }

        await cluster.WhenWorkerRunsAgainAsync(first);
    }

    public sealed class Cluster() : ClusterUnderDamage(new GarnetServer(), broker: null)
    {
        private const int Port = 8003;
        private const int FirstWorkerPort = 8092;
        private readonly List<SupervisedService> _nodes = [];
        private readonly List<NetworkMachine> _machines = [];
        private NetworkLab? _lab;
        private TcpProxy? _links;

        internal IReadOnlyList<NetworkMachine> Machines => _machines;

        /// <summary>Gets the way from the machines to the store.</summary>
        internal TcpProxy Links => _links!;

        internal async Task<NetworkMachine> MachineOfAsync(WorkerId worker)
        {
            var status = await Client.GetWorkerStatusAsync(worker.Value, Cancel);
            return _machines.Single(machine => machine.Address.ToString() == new Uri(status.WorkerUrl).Host);
        }

        /// <summary>Submits jobs until one of them was run by the worker.</summary>
        internal async Task WhenWorkerRunsAgainAsync(WorkerId worker)
        {
            JobStatus finished;
            do
            {
                var job = LedgerWorker.Schema.CreateJob(new LedgerInput());
                await SubmitAsync([job]);
                finished = await Client.WaitForJobAsync(job.Id, Cancel);
                Assert.Equal(JobState.Completed, finished.Status);
            }
            while (finished.WorkerId != worker.Value);
        }

        private protected override async Task<Uri?> PlaceManagerAsync()
        {
            _lab = await NetworkLab.CreateAsync(Cancel);

            // The store listens on the loopback address, as does the manager's own proxy before it; this is the same port for the others.
            _links = new TcpProxy(RedisProxy.Port, new IPEndPoint(_lab.Address, RedisProxy.Port));
            return new Uri($"http://{_lab.Address}:{LoopbackPort.FindFree()}");
        }

        private protected override async Task StartWorkersAsync(int count)
        {
            var workerType = WorkerTypeName.Parse("ledger");
            await Client.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(workerType, nameof(LedgerWorker)) { JobType = Type }, Cancel);
            for (var i = 0; i < count; i++)
            {
                var machine = await _lab!.AddMachineAsync(Cancel);
                _machines.Add(machine);
                var launch = Launch(Join(machine), new Dictionary<string, string?>
                {
                    ["Node:StockWorker"] = ServiceProgram.Of("Mindtrace.Reliability.Worker"),
                    ["Node:StateDirectory"] = NewDirectory($"node-{i}"),
                    ["Node:ProgramsDirectory"] = NewDirectory($"programs-{i}"),
                    ["Mindtrace:Service:Url"] = null,
                    ["ConnectionStrings:redis"] = null,
                    ["MINDTRACE_API_KEY"] = ApiKey,
                    ["Worker:Concurrency"] = $"{InHand}",
                });
                launch.Url = new Uri($"http://{machine.Address}:{Port}");
                launch.ReadyWhen = ServiceReadiness.Healthy;
                _nodes.Add(await SupervisedService.StartAsync(launch));
                var begun = await Client.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(workerType) { NodeUrl = launch.Url }, Cancel);
                var launched = await Client.WaitForLaunchAsync(begun, Cancel);
                Assert.Equal((LaunchState.Ready, (string?)null), (launched.Status, launched.Error));
            }
        }

        private protected override async ValueTask StopWorkersAsync()
        {
            foreach (var node in _nodes)
            {
                await node.DisposeAsync();
            }

            await (_links?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (_lab?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        private string Join(NetworkMachine machine)
        {
            var program = Path.Combine(NewDirectory(machine.Namespace), "join");
            machine.WriteProgram(
                program, "dotnet", ServiceProgram.Of("mindtrace"), "node", "join", Manager.Url.AbsoluteUri, "--port", $"{Port}",
                "--worker-ports", $"{FirstWorkerPort}-{FirstWorkerPort + 7}", "--program", ServiceProgram.Of("Mindtrace.Node"));
            return program;
        }
    }
}
