using System.Net;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Reliability.Worker;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Reliability.Tests;

/// <summary>
/// Three managers behind one address, and three nodes on machines of their own, with addresses of their own, joined with
/// <c>mindtrace node join</c>. Two workers run on each machine, ten in the soak.
/// </summary>
public sealed class MachinesCluster() : ClusterUnderDamage(new RedisServer(), new RabbitMqServer())
{
    private const int Port = 8003;
    private const int MachineCount = 3;

    // The nodes share the files of this machine, and by them their ports.
    private const int FirstWorkerPort = 8092;
    private readonly List<SupervisedService> _nodes = [];
    private readonly List<NetworkMachine> _machines = [];
    private readonly List<TcpProxy> _links = [];
    private NetworkLab? _lab;

    internal static int WorkersPerMachine => ReliabilitySuite.Soak ? 10 : 2;

    internal IReadOnlyList<NetworkMachine> Machines => _machines;

    /// <summary>Gets the ways from the machines to the store and to the broker.</summary>
    internal IReadOnlyList<TcpProxy> Links => _links;

    private protected override int Managers => 3;

    private protected override int Workers => MachineCount * WorkersPerMachine;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

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

    private protected override async Task<IPAddress> PlaceManagersAsync()
    {
        _lab = await NetworkLab.CreateAsync(Cancel);

        // Store and broker listen on the loopback address, as do the managers' own proxies before them; these are the same ports for the others.
        _links.AddRange(((TcpProxy[])[RedisProxy, BrokerProxy]).Select(server => new TcpProxy(server.Port, new IPEndPoint(_lab.Address, server.Port))));
        return _lab.Address;
    }

    private protected override async Task StartWorkersAsync()
    {
        var workerType = WorkerTypeName.Parse("ledger");
        await Client.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(workerType, nameof(LedgerWorker)) { JobType = Type }, Cancel);
        for (var i = 0; i < MachineCount; i++)
        {
            _machines.Add(await _lab!.AddMachineAsync(Cancel));
        }

        // All programs are written before the first is started: a process on its way from fork to exec holds open what was being written, and what is
        // open for writing cannot be started.
        var key = (await Client.CreateKeyAsync(new CreateKeyRequest(KeyName.Parse("machines"), [Role.Node]), Cancel)).Key;
        var launches = _machines.Select(machine => Describe(machine, key)).ToList();
        await Task.WhenAll(launches.Select(async launch =>
        {
            var node = await SupervisedService.StartAsync(launch);
            lock (_nodes)
            {
                _nodes.Add(node);
            }

            await Task.WhenAll(Enumerable.Range(0, WorkersPerMachine).Select(async _ =>
            {
                var begun = await Client.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(workerType) { NodeUrl = node.Url }, Cancel);
                var launched = await Client.WaitForLaunchAsync(begun, Cancel);
                Assert.Equal((LaunchState.Ready, (string?)null), (launched.Status, launched.Error));
            }));
        }));
    }

    private protected override async ValueTask StopWorkersAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask()));
        foreach (var link in _links)
        {
            await link.DisposeAsync();
        }

        await (_lab?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private ServiceLaunch Describe(NetworkMachine machine, string key)
    {
        var launch = Launch(Join(machine), new Dictionary<string, string?>
        {
            ["Node:StockWorker"] = ServiceProgram.Of("Mindtrace.Reliability.Worker"),
            ["Node:StateDirectory"] = NewDirectory($"{machine.Namespace}-node"),
            ["Node:ProgramsDirectory"] = NewDirectory($"{machine.Namespace}-programs"),

            // Three nodes start workers on the processors of one.
            ["Node:MaxConcurrentLaunches"] = "2",
            ["Node:LaunchTimeout"] = "00:05:00",
            ["Mindtrace:Service:Url"] = null,
            ["ConnectionStrings:redis"] = null,
            ["ConnectionStrings:rabbitmq"] = null,
            ["MINDTRACE_API_KEY"] = key,
            ["Worker:Concurrency"] = $"{InHand}",
        });
        launch.ApiKey = key;
        launch.Url = new Uri($"http://{machine.Address}:{Port}");
        launch.ReadyWhen = ServiceReadiness.Healthy;
        return launch;
    }

    private string Join(NetworkMachine machine)
    {
        var program = Path.Combine(NewDirectory(machine.Namespace), "join");
        machine.WriteProgram(
            program, "dotnet", ServiceProgram.Of("mindtrace"), "node", "join", ManagerUrl.AbsoluteUri, "--port", $"{Port}",
            "--worker-ports", $"{FirstWorkerPort}-{FirstWorkerPort + (2 * Workers)}", "--program", ServiceProgram.Of("Mindtrace.Node"));
        return program;
    }
}
