using System.Security.Cryptography;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using StackExchange.Redis;

namespace Mindtrace.Benchmarks;

/// <summary>A manager and a stock worker, each a process of its own, called over HTTP as clients do.</summary>
internal sealed class ClusterUnderTest : IEchoSystem, IAsyncDisposable
{
    private static readonly HttpClient Health = new();

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

    public IEnumerable<ProcessMemory> ReadMemory() => _processes.Select(process => process.ReadMemory());

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
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
        _client = ClusterClient.Connect(manager, _key);
        await StartAsync(
            "Mindtrace.Worker",
            new Dictionary<string, string>
            {
                ["Manager__BaseAddress"] = manager.ToString(),
                ["Worker__Class"] = nameof(EchoWorker),
                ["Worker__JobTypes__0"] = _echo.Type.Value,
                ["Worker__Concurrency"] = $"{EchoLoad.Concurrency}",
            },
            cancellationToken);
    }

    private async Task<Uri> StartAsync(string project, Dictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var url = new Uri($"http://127.0.0.1:{ServiceProcess.FindFreePort()}");
        settings["ASPNETCORE_URLS"] = url.OriginalString;
        settings["Security__ApiKey"] = _key;
        settings["Mindtrace__Service__PidDirectory"] = _folder.FullName;
        settings["Registry__Path"] = _folder.FullName;
        settings["ConnectionStrings__redis"] = _servers.Redis;
        settings["ConnectionStrings__rabbitmq"] = _servers.RabbitMq ?? "";
        settings["Queue__Backend"] = _servers.RabbitMq is null ? nameof(QueueBackend.Redis) : nameof(QueueBackend.RabbitMq);
        _processes.Add(await ServiceProcess.StartAsync(project, settings, cancel => IsHealthyAsync(url, cancel), cancellationToken));
        return url;
    }

    private static async Task<bool> IsHealthyAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Health.GetAsync(new Uri(url, "health"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
