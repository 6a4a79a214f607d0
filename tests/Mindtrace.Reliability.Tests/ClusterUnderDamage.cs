using System.Globalization;
using System.Security.Cryptography;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Reliability.Worker;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Reliability.Tests;

/// <summary>A manager and two workers, as processes, on servers of their own. Its times are short, so that losses are found out soon.</summary>
/// <param name="redis">The store.</param>
/// <param name="broker">What carries the jobs; none for queues in the store.</param>
/// <param name="losesOutcomes">Whether its workers break their promise, and store no outcome.</param>
public abstract class ClusterUnderDamage(TestServer redis, RabbitMqServer? broker, bool losesOutcomes = false) : IAsyncLifetime
{
    internal static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);
    private const int BatchSize = 50;
    private const int Workers = 2;
    private const int Concurrency = 4;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mindtrace-test-reliability-");
    private readonly string _apiKey = RandomNumberGenerator.GetHexString(32);
    private readonly List<SupervisedService> _workers = [];
    private ClusterClient? _client;
    private SupervisedService? _manager;

    internal static JobType Type { get; } = LedgerWorker.Schema.Type;

    /// <summary>Gets how many jobs one killed worker may have had in hand.</summary>
    internal static int InHand => Concurrency;

    internal TestServer Redis => redis;

    internal RabbitMqServer? Broker => broker;

    internal SupervisedService Manager => _manager!;

    internal ClusterClient Client => _client!;

    internal Ledger Ledger => new(_directory.CreateSubdirectory("ledger"));

    internal string NewGate() => Path.Combine(_directory.FullName, $"gate-{Guid.NewGuid():N}");

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        await redis.StartAsync(cancel);
        await (broker?.StartAsync(cancel) ?? Task.CompletedTask);
        _manager = await SupervisedService.StartAsync(Launch("Mindtrace.Manager", new Dictionary<string, string?>
        {
            ["Registry:Path"] = _directory.CreateSubdirectory("registry").FullName,
            ["Recovery:LookInterval"] = "00:00:00.5",
            ["Recovery:ContactTime"] = Text(Lease),
            ["Recovery:ProbeTimeout"] = "00:00:00.5",
            ["Recovery:LostHintInterval"] = "00:00:01",
        }));
        _client = ClusterClient.Connect(Manager.Url, _apiKey);
        await _client.RegisterJobTypeAsync(LedgerWorker.Schema.Define(), cancel);
        for (var i = 0; i < Workers; i++)
        {
            _workers.Add(await SupervisedService.StartAsync(Launch("Mindtrace.Reliability.Worker", new Dictionary<string, string?>
            {
                ["Manager:BaseAddress"] = Manager.Url.AbsoluteUri,
                ["Worker:JobTypes:0"] = Type.Value,
                ["Worker:Concurrency"] = Concurrency.ToString(CultureInfo.InvariantCulture),
                ["Ledger:Directory"] = Ledger.Path,
                ["Ledger:LosesOutcomes"] = losesOutcomes.ToString(),
            })));
        }

        await (broker?.PersistDeclarationsAsync(cancel) ?? Task.CompletedTask);
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }

        await (_manager?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (broker?.DisposeAsync() ?? ValueTask.CompletedTask);
        await redis.DisposeAsync();
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Returns the worker of that id.</summary>
    internal async Task<SupervisedService> WorkerAsync(string id)
    {
        var status = await Client.GetWorkerStatusAsync(id, TestContext.Current.CancellationToken);
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
    internal async Task<Verdict> JudgeAsync(IReadOnlyList<JobId> accepted)
    {
        var known = new Dictionary<JobId, JobState>();
        foreach (var job in accepted)
        {
            known[job] = (await UntilServedAsync(() => Client.WaitForJobAsync(job, TestContext.Current.CancellationToken))).Status;
        }

        return Ledger.Judge(accepted, known);
    }

    private static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);

    /// <summary>Asks again for as long as the manager, or a server behind it, is away.</summary>
    private static async Task<T> UntilServedAsync<T>(Func<Task<T>> call)
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

    private ServiceLaunch Launch(string project, Dictionary<string, string?> settings)
    {
        settings["ConnectionStrings:redis"] = redis.ConnectionString;
        settings["ConnectionStrings:rabbitmq"] = broker?.ConnectionString;
        settings["Queue:Backend"] = (broker is null ? QueueBackend.Redis : QueueBackend.RabbitMq).ToString();
        settings["Queue:Redis:ConsumerLease"] = Text(Lease);
        settings["Queue:Redis:RenewInterval"] = Text(HeartbeatInterval);
        settings["Worker:HeartbeatInterval"] = Text(HeartbeatInterval);
        settings["Worker:LeaseDuration"] = Text(Lease);
        settings["Mindtrace:Service:PidDirectory"] = _directory.CreateSubdirectory("pids").FullName;
        settings["Logging:LogLevel:Default"] = "Error";
        return new ServiceLaunch { Program = ServiceProgram.Of(project), ApiKey = _apiKey, Settings = settings };
    }
}
