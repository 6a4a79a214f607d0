using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>One cluster for all behaviours: its servers, a manager, and a node. Manager and node start when the first test needs them.</summary>
/// <param name="redis">The server of the job store.</param>
/// <param name="others">The other servers.</param>
/// <param name="firstPort">The first of ten ports for workers, below those that test servers take; no other cluster has them.</param>
public abstract class ClusterUnderTest(TestServer redis, TestServer[] others, int firstPort) : IAsyncLifetime
{
    private ManagerProgram? _manager;
    private RunningNode? _node;

    /// <summary>Gets the manager. Where a server is not to be had, the test that asks for it is skipped, or fails on the build server.</summary>
    internal ManagerProgram Manager => _manager ??= StartManager();

    internal ClusterClient Cluster => Manager.Cluster;

    /// <summary>Gets a node with three ports for workers whose launch names none.</summary>
    internal RunningNode Node => _node ??= NodeProgram.Start(Manager, $"{firstPort}-{firstPort + 2}");

    /// <summary>Gets how the servers besides Redis are used, and what the registry is kept in.</summary>
    private protected abstract (string Key, string Value)[] Settings { get; }

    /// <summary>Makes a URL of a worker that no launch without a URL gets.</summary>
    /// <param name="number">0 to 6.</param>
    internal Uri WorkerUrl(int number) => new($"http://127.0.0.1:{firstPort + 3 + number}/");

    /// <summary>Makes a URL that a launch without a URL gets.</summary>
    /// <param name="number">0 to 2.</param>
    internal string AutoUrl(int number) => $"http://127.0.0.1:{firstPort + number}/";

    /// <summary>Gets what a launch fails with when all three ports are taken.</summary>
    internal string NoPort => $"No worker ports available in range [{firstPort}, {firstPort + 2}]";

    /// <summary>Starts one more manager on the same servers.</summary>
    internal ManagerProgram StartManager(RedisKeySpace? space = null) => ManagerProgram.Start(redis.ConnectionString, space, Settings);

    /// <summary>Starts one more manager on the same servers, as a process that ends by being killed.</summary>
    internal Task<ManagerProcess> StartManagerProcessAsync() => ManagerProcess.StartAsync(redis.ConnectionString, leaseSeconds: 30, Settings);

    /// <summary>Starts a worker in this process.</summary>
    internal Task<WorkerProgram> StartWorkerAsync(IWorker worker, RedisKeySpace? space = null) =>
        WorkerProgram.StartAsync(redis.ConnectionString, worker, space, Settings);

    /// <summary>Starts a worker in this process and has the manager route a job type to it.</summary>
    internal async Task<WorkerProgram> StartWorkerAsync(IWorker worker, JobType type)
    {
        var manager = Manager;
        var program = await StartWorkerAsync(worker);
        await manager.Cluster.RegisterJobToWorkerAsync(type, program.Url, TestContext.Current.CancellationToken);
        return program;
    }

    /// <summary>Starts a stock worker as a process that nobody launched, and that may be killed.</summary>
    internal Task<ServiceProcess> StartWorkerProcessAsync(string workerClass, params (string Key, string Value)[] settings) =>
        ServiceProcess.LaunchAsync(
            new ServiceLaunch
            {
                Program = ServiceProgram.Of("Mindtrace.Worker", typeof(ClusterUnderTest).Assembly),
                ApiKey = ManagerProgram.ApiKey,
                ReadyWhen = ServiceReadiness.Healthy,
                Settings = new Dictionary<string, string?>(Settings.Concat(settings)
                    .Append(("ConnectionStrings:redis", redis.ConnectionString)).Append(("Worker:Class", workerClass))
                    .Select(setting => KeyValuePair.Create(setting.Item1, (string?)setting.Item2)))
                { ["Queue:Backend"] = Settings.FirstOrDefault(setting => setting.Key == "Queue:Backend").Value ?? nameof(QueueBackend.Redis) },
            },
            TestContext.Current.CancellationToken);

    /// <summary>Ends the workers that the node has launched.</summary>
    internal async Task ShutDownWorkersAsync()
    {
        if (_node is not null)
        {
            await _node.Service.CallAsync(NodeOperations.ShutdownAllWorkers, CancellationToken.None).InTime();
        }
    }

    public virtual async ValueTask InitializeAsync() =>
        await Task.WhenAll(others.Append(redis).Select(server => ((IAsyncLifetime)server).InitializeAsync().AsTask()));

    public virtual async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        if (_manager is not null)
        {
            await _manager.DisposeAsync();
        }

        await Task.WhenAll(others.Append(redis).Select(server => server.DisposeAsync().AsTask()));
        GC.SuppressFinalize(this);
    }
}
