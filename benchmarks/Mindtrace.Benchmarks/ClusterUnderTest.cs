using System.Security.Cryptography;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Services;
using StackExchange.Redis;

namespace Mindtrace.Benchmarks;

/// <summary>A manager and a stock worker, each a process of its own, called over HTTP as clients do.</summary>
internal sealed class ClusterUnderTest : IEchoSystem, IAsyncDisposable
{
    private readonly JobSchema<EchoInput, EchoOutput> _echo = new($"benchmark_{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
    private readonly string _key = RandomNumberGenerator.GetHexString(32);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mindtrace-bench-cluster-");
    private readonly Servers _servers;
    private readonly List<ServiceProcess> _processes = [];
    private ConnectionMultiplexer _redis = null!;
    private ClusterClient _client = null!;

    private ClusterUnderTest(Servers servers) => _servers = servers;

    public static async Task<ClusterUnderTest> StartAsync(Servers servers, CancellationToken cancellationToken)
    {
        var cluster = new ClusterUnderTest(servers);
        try
        {
            await cluster.StartAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var job = NewJob();
        await _client.SubmitJobAsync(job, cancellationToken);
        var status = await _client.WaitForJobAsync(job.Id, cancellationToken);
        if (status.Status != JobState.Completed)
        {
            throw new InvalidOperationException($"Job {job.Id} ended as {status.Status}.");
        }
    }

    public Task SubmitAsync(CancellationToken cancellationToken) => _client.SubmitJobAsync(NewJob(), cancellationToken);

    /// <summary>Reads the store's own index: asking the manager for every job would be load that no client needs to make.</summary>
    public async ValueTask<long> CountCompletedAsync() =>
        await _redis.GetDatabase().SortedSetLengthAsync($"{{mindtrace}}:index:{_echo.Type}:completed");

    public IEnumerable<ProcessMemory> ReadMemory() => _processes.Select(ProcessMemory.Of);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.AsEnumerable().Reverse())
        {
            await process.DisposeAsync();
        }

        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private Job NewJob() => _echo.CreateJob(new EchoInput { Message = EchoLoad.Message });

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _redis = await _servers.ConnectToRedisAsync();
        var manager = await StartAsync("Mindtrace.Manager", [], cancellationToken);
        _client = new ClusterClient(manager.Client);
        await StartAsync(
            "Mindtrace.Worker",
            new Dictionary<string, string?>
            {
                ["Manager:BaseAddress"] = manager.Url.AbsoluteUri,
                ["Worker:Class"] = nameof(EchoWorker),
                ["Worker:JobTypes:0"] = _echo.Type.Value,
                ["Worker:Concurrency"] = $"{EchoLoad.Concurrency}",
            },
            cancellationToken);
    }

    private async Task<ServiceProcess> StartAsync(string project, Dictionary<string, string?> settings, CancellationToken cancellationToken)
    {
        settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = null;
        settings["Mindtrace:Service:PidDirectory"] = _folder.FullName;
        settings["Registry:Path"] = _folder.FullName;
        settings["ConnectionStrings:redis"] = _servers.Redis;
        settings["ConnectionStrings:rabbitmq"] = _servers.RabbitMq;
        settings["Queue:Backend"] = _servers.RabbitMq is null ? nameof(QueueBackend.Redis) : nameof(QueueBackend.RabbitMq);
        var launch = new ServiceLaunch
        {
            Program = ServiceProgram.Of(project), ApiKey = _key, Settings = settings, ReadyWhen = ServiceReadiness.Healthy,
        };
        var process = await ServiceProcess.LaunchAsync(launch, cancellationToken);
        _processes.Add(process);
        return process;
    }
}
