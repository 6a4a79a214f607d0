using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Reliability.Worker;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Reliability.Tests;

/// <summary>A manager and two workers, as processes, on servers of their own behind proxies. Its times are short, so that losses are found out soon.</summary>
/// <param name="redis">The store.</param>
/// <param name="broker">What carries the jobs; none for queues in the store.</param>
/// <param name="registry">What keeps the worker types; none for a folder.</param>
public abstract class ClusterUnderDamage(TestServer redis, RabbitMqServer? broker, S3Server? registry = null) : IAsyncLifetime
{
    internal static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);
    private const int BatchSize = 50;
    private const int Concurrency = 4;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mindtrace-test-reliability-");
    private readonly string _apiKey = RandomNumberGenerator.GetHexString(32);
    private readonly List<SupervisedService> _workers = [];
    private ClusterClient? _client;
    private readonly List<SupervisedService> _managers = [];
    private TcpProxy? _front;
    private TcpProxy? _redisProxy;
    private TcpProxy? _brokerProxy;
    private TcpProxy? _registryProxy;

    internal static JobType Type { get; } = LedgerWorker.Schema.Type;

    /// <summary>Gets how many jobs one killed worker may have had in hand.</summary>
    internal static int InHand => Concurrency;

    internal TestServer Redis => redis;

    internal RabbitMqServer? Broker => broker;

    internal TcpProxy RedisProxy => _redisProxy!;

    internal TcpProxy BrokerProxy => _brokerProxy!;

    internal TcpProxy? RegistryProxy => _registryProxy;

    internal string ApiKey => _apiKey;

    internal SupervisedService Manager => _managers[0];

    internal IReadOnlyList<SupervisedService> ManagerProcesses => _managers;

    /// <summary>Gets the one address of all managers.</summary>
    internal Uri ManagerUrl => _front is null ? Manager.Url : new Uri($"http://{_front.EndPoint}");

    internal IReadOnlyList<SupervisedService> WorkerProcesses => _workers;

    internal ClusterClient Client => _client!;

    internal Ledger Ledger => new(_directory.CreateSubdirectory("ledger"));

    /// <summary>Gets the promise that its processes break on purpose.</summary>
    private protected virtual BrokenPromise Breaks => BrokenPromise.None;

    /// <summary>Gets how long a message may stay unacknowledged before RabbitMQ delivers it again; none for the default.</summary>
    private protected virtual TimeSpan? ConsumerTimeout => null;

    /// <summary>Gets how often the manager looks for jobs whose message is lost.</summary>
    private protected virtual TimeSpan LostHintInterval => TimeSpan.FromSeconds(1);

    /// <summary>Gets how many managers there are. Several are behind one address, each in turn.</summary>
    private protected virtual int Managers => 1;

    /// <summary>Gets how many workers there are.</summary>
    private protected virtual int Workers => 2;

    /// <summary>Finds at which address of this machine several managers are reached; the loopback address by default.</summary>
    private protected virtual Task<IPAddress> PlaceManagersAsync() => Task.FromResult(IPAddress.Loopback);

    /// <summary>Starts the workers, each as a process that is started again whenever it ends.</summary>
    private protected virtual async Task StartWorkersAsync()
    {
        for (var i = 0; i < Workers; i++)
        {
            _workers.Add(await StartServiceAsync("Mindtrace.Reliability.Worker", new Dictionary<string, string?> { ["Worker:JobTypes:0"] = Type.Value }));
        }
    }

    private protected virtual async ValueTask StopWorkersAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }
    }

    /// <summary>Starts a service with the settings that all have in common, and those given.</summary>
    private protected Task<SupervisedService> StartServiceAsync(string project, Dictionary<string, string?> settings)
    {
        settings["Manager:BaseAddress"] = ManagerUrl.AbsoluteUri;
        settings["Worker:Concurrency"] = Concurrency.ToString(CultureInfo.InvariantCulture);
        return SupervisedService.StartAsync(Launch(ServiceProgram.Of(project), settings));
    }

    private protected string NewDirectory(string name) => _directory.CreateSubdirectory(name).FullName;

    internal string NewGate() => Path.Combine(_directory.FullName, $"gate-{Guid.NewGuid():N}");

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        await redis.StartAsync(cancel);
        await (broker?.StartAsync(cancel) ?? Task.CompletedTask);
        await (registry?.StartAsync(cancel) ?? Task.CompletedTask);
        _redisProxy = new TcpProxy(PortOf(redis.ConnectionString));
        _brokerProxy = broker is null ? null : new TcpProxy(new Uri(broker.ConnectionString).Port);
        _registryProxy = registry is null ? null : new TcpProxy(EndpointOf(registry).Port);
        for (var i = 0; i < Managers; i++)
        {
            _managers.Add(await StartManagerAsync());
        }

        _front = Managers == 1 ? null : new TcpProxy(
            [.. _managers.Select(manager => manager.Url.Port)], new IPEndPoint(await PlaceManagersAsync(), LoopbackPort.FindFree()));
        _client = ClusterClient.Connect(ManagerUrl, _apiKey);
        await _client.RegisterJobTypeAsync(LedgerWorker.Schema.Define(), cancel);
        await StartWorkersAsync();
        await (broker?.PersistDeclarationsAsync(cancel) ?? Task.CompletedTask);
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await StopWorkersAsync();
        await (_front?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach (var manager in _managers)
        {
            await manager.DisposeAsync();
        }

        await (_brokerProxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_redisProxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_registryProxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (registry?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (broker?.DisposeAsync() ?? ValueTask.CompletedTask);
        await redis.DisposeAsync();
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Returns the worker of that id.</summary>
    internal async Task<SupervisedService> WorkerAsync(WorkerId id)
    {
        var status = await Client.GetWorkerStatusAsync(id.Value, TestContext.Current.CancellationToken);
        return _workers.Single(worker => new Uri(status.WorkerUrl).Port == worker.Url.Port);
    }

    internal SupervisedService AnyWorker() => _workers[0];

    /// <summary>Submits jobs, each until it is accepted, whatever happens meanwhile. All keep their ids, so none is there twice.</summary>
    internal async Task<IReadOnlyList<JobId>> SubmitAsync(IReadOnlyList<Job> jobs)
    {
        foreach (var batch in jobs.Chunk(BatchSize))
        {
            await UntilServedAsync(() => Client.SubmitJobsAsync(batch, TestContext.Current.CancellationToken));
        }

        return [.. jobs.Select(job => job.Id)];
    }

    /// <summary>Waits until all jobs are at an end, and holds the books against each other.</summary>
    internal Task<Verdict> JudgeAsync(IReadOnlyList<JobId> accepted) =>
        JudgeAsync(accepted, job => Client.WaitForJobAsync(job, TestContext.Current.CancellationToken));

    /// <summary>Holds the books against each other, whether the jobs are at an end or not.</summary>
    internal Task<Verdict> JudgeNowAsync(IReadOnlyList<JobId> accepted) =>
        JudgeAsync(accepted, job => Client.GetJobStatusAsync(job, TestContext.Current.CancellationToken));

    /// <summary>Submits a job that prints some lines and waits until its gate, a file, is there; returns when it does.</summary>
    internal async Task<(JobId Job, string Gate, WorkerId Worker)> StartGatedJobAsync(int lines = 0)
    {
        var gate = NewGate();
        var job = LedgerWorker.Schema.CreateJob(new LedgerInput(Gate: gate, Lines: lines));
        await SubmitAsync([job]);
        var running = await WhenAsync(job.Id, status => status.Status == JobState.Running);
        return (job.Id, gate, WorkerId.Parse(running.WorkerId!));
    }

    /// <summary>Waits until the status of a job is as it should be.</summary>
    internal async Task<JobStatus> WhenAsync(JobId job, Func<JobStatus, bool> condition)
    {
        using var look = new PeriodicTimer(LookInterval);
        while (true)
        {
            var status = await Client.GetJobStatusAsync(job, TestContext.Current.CancellationToken);
            if (condition(status))
            {
                return status;
            }

            await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Asks again for as long as the manager, or a server behind it, is away.</summary>
    internal static async Task<T> UntilServedAsync<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception fault) when (fault is ServiceUnreachableException or OperationException { Status: 503 })
            {
                await Task.Delay(RetryDelay, TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }
    }

    private async Task<SupervisedService> StartManagerAsync()
    {
        var manager = Launch(ServiceProgram.Of("Mindtrace.Reliability.Manager"), new Dictionary<string, string?>
        {
            ["Registry:Path"] = NewDirectory("registry"),
            ["Registry:Backend"] = registry is null ? "FileSystem" : "Minio",
            ["ConnectionStrings:minio"] = registry?.ConnectionString.Replace(
                EndpointOf(registry).Authority, $"127.0.0.1:{_registryProxy!.Port}", StringComparison.Ordinal),
            ["Recovery:LookInterval"] = "00:00:00.5",
            ["Recovery:ContactTime"] = Text(Lease),
            ["Recovery:ProbeTimeout"] = "00:00:00.5",
            ["Recovery:LostHintInterval"] = Text(LostHintInterval),
        });
        return await SupervisedService.StartAsync(manager);
    }

    private async Task<Verdict> JudgeAsync(IReadOnlyList<JobId> accepted, Func<JobId, Task<JobStatus>> ask)
    {
        var known = new Dictionary<JobId, JobState>();
        foreach (var job in accepted)
        {
            try
            {
                known[job] = (await UntilServedAsync(() => ask(job))).Status;
            }
            catch (OperationException unknown) when (unknown.Status == 404)
            {
                // It is missing in what is known: lost.
            }
        }

        return Ledger.Judge(accepted, known);
    }

    private static Uri EndpointOf(S3Server server) => new(server.ConnectionString.Split(';')[0].Split('=', 2)[1]);

    private static int PortOf(string endpoint) => int.Parse(endpoint.AsSpan(endpoint.LastIndexOf(':') + 1), CultureInfo.InvariantCulture);

    private static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);

    /// <summary>Describes a process with the settings that all have in common; those given count for more.</summary>
    private protected ServiceLaunch Launch(string program, Dictionary<string, string?> own)
    {
        var settings = new Dictionary<string, string?>();
        settings["ConnectionStrings:redis"] = redis.ConnectionString.Replace(
            $":{PortOf(redis.ConnectionString)}", $":{RedisProxy.Port}", StringComparison.Ordinal);
        settings["ConnectionStrings:rabbitmq"] = broker is null
            ? null
            : new UriBuilder(broker.ConnectionString) { Port = BrokerProxy.Port }.Uri.AbsoluteUri;
        settings["RabbitMq:ConsumerTimeout"] = ConsumerTimeout is { } timeout ? Text(timeout) : null;
        settings["Queue:Backend"] = (broker is null ? QueueBackend.Redis : QueueBackend.RabbitMq).ToString();
        settings["Queue:Redis:ConsumerLease"] = Text(Lease);
        settings["Queue:Redis:RenewInterval"] = Text(HeartbeatInterval);
        settings["Worker:HeartbeatInterval"] = Text(HeartbeatInterval);
        settings["Worker:LeaseDuration"] = Text(Lease);
        settings["Ledger:Directory"] = Ledger.Path;
        settings["Ledger:Breaks"] = Breaks.ToString();
        settings["Mindtrace:Service:PidDirectory"] = NewDirectory("pids");
        settings["Logging:LogLevel:Default"] = "Error";
        foreach (var (key, value) in own)
        {
            settings[key] = value;
        }

        return new ServiceLaunch { Program = program, ApiKey = _apiKey, Settings = settings };
    }
}
