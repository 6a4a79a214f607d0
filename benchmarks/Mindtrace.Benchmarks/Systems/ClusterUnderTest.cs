using System.Security.Cryptography;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Services;
using StackExchange.Redis;

namespace Mindtrace.Benchmarks;

/// <summary>A manager and stock workers, each a process of its own, called over HTTP as clients do.</summary>
internal sealed class ClusterUnderTest : IEchoSystem, IAsyncDisposable
{
    private readonly JobSchema<EchoInput, EchoOutput> _echo = new($"benchmark_{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
    private readonly string _key = RandomNumberGenerator.GetHexString(32);
    private readonly TemporaryFolder _folder = new("mindtrace-bench-cluster-");
    private readonly Servers _servers;
    private readonly TelemetrySink? _telemetry;
    private readonly List<ServiceProcess> _processes = [];
    private ConnectionMultiplexer _redis = null!;

    private ClusterUnderTest(Servers servers, TelemetrySink? telemetry) => (_servers, _telemetry) = (servers, telemetry);

    /// <summary>Gets the type of the jobs.</summary>
    public JobType JobType => _echo.Type;

    /// <summary>Gets the manager's client.</summary>
    public ClusterClient Client { get; private set; } = null!;

    /// <summary>Gets the first worker.</summary>
    public ServiceProcess Worker => _processes.First(process => process.Name == "Mindtrace.Worker");

    public static async Task<ClusterUnderTest> StartAsync(Servers servers, ClusterShape shape, CancellationToken cancellationToken)
    {
        var cluster = new ClusterUnderTest(servers, shape.Telemetry);
        try
        {
            await cluster.StartAsync(shape, cancellationToken);
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
        await Client.SubmitJobAsync(job, cancellationToken);
        var status = await Client.WaitForJobAsync(job.Id, cancellationToken);
        if (status.Status != JobState.Completed)
        {
            throw new InvalidOperationException($"Job {job.Id} ended as {status.Status}.");
        }
    }

    public Task SubmitAsync(CancellationToken cancellationToken) => Client.SubmitJobAsync(NewJob(), cancellationToken);

    public Task SubmitAsync(int jobs, CancellationToken cancellationToken) =>
        Client.SubmitJobsAsync([.. Enumerable.Range(0, jobs).Select(_ => NewJob())], cancellationToken);

    /// <summary>Reads the store's own index: asking the manager for every job would be load that no client needs to make.</summary>
    public async ValueTask<long> CountCompletedAsync() =>
        await _redis.GetDatabase().SortedSetLengthAsync($"{{mindtrace}}:index:{_echo.Type}:completed");

    public async Task<long?> ReadUsedMemoryAsync() => await Servers.ReadUsedMemoryAsync(_redis);

    public async Task<TimeSpan?> ReadRedisTimeAsync() => await Servers.ReadProcessorTimeAsync(_redis);

    public IReadOnlyList<ProcessUse> ReadUse() =>
        [.. _processes.Select(process => ProcessUse.Of(process) with { AllocatedBytes = AllocatedBytes.Read(_folder.Path, process) })];

    /// <summary>Makes a client that sends the cluster's key.</summary>
    public HttpClient CreateHttpClient() => new() { DefaultRequestHeaders = { Authorization = new("Bearer", _key) } };

    /// <summary>Starts one more worker.</summary>
    public Task StartWorkerAsync(CancellationToken cancellationToken) => StartAsync(
        "Mindtrace.Worker",
        new Dictionary<string, string?>
        {
            ["Manager:BaseAddress"] = Client.Url.AbsoluteUri,
            ["Worker:Class"] = nameof(EchoWorker),
            ["Worker:JobTypes:0"] = _echo.Type.Value,
            ["Worker:Concurrency"] = $"{EchoLoad.Concurrency}",
        },
        cancellationToken);

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

        await _folder.DisposeAsync();
    }

    private Job NewJob() => _echo.CreateJob(new EchoInput { Message = EchoLoad.Message });

    private async Task StartAsync(ClusterShape shape, CancellationToken cancellationToken)
    {
        _redis = await _servers.ConnectToRedisAsync();
        var manager = await StartAsync("Mindtrace.Manager", RetentionOf(shape), cancellationToken);
        Client = new ClusterClient(manager.Client);
        await Client.RegisterJobTypeAsync(new JobTypeDefinition(_echo.Type), cancellationToken);
        for (var worker = 0; worker < shape.Workers; worker++)
        {
            await StartWorkerAsync(cancellationToken);
        }

        if (shape.HasNode)
        {
            await StartAsync("Mindtrace.Node", new Dictionary<string, string?> { ["Manager:BaseAddress"] = Client.Url.AbsoluteUri }, cancellationToken);
        }
    }

    private static Dictionary<string, string?> RetentionOf(ClusterShape shape) => shape.Retention is not { } retention ? [] : new Dictionary<string, string?>
    {
        ["Jobs:Retention"] = $"{retention}",
        ["Jobs:RetentionInterval"] = $"{retention / 10}",
    };

    private async Task<ServiceProcess> StartAsync(string project, Dictionary<string, string?> settings, CancellationToken cancellationToken)
    {
        settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = null;
        settings["Mindtrace:Service:PidDirectory"] = _folder.Path;
        settings["Registry:Path"] = _folder.Path;
        AllocatedBytes.Tell(settings, _folder.Path);
        _telemetry?.Apply(settings);
        var launch = new ServiceLaunch
        {
            Program = ServiceProgram.Of(project), ApiKey = _key, ReadyWhen = ServiceReadiness.Healthy,
            Settings = new Dictionary<string, string?>(settings.Concat(_servers.Settings)),
        };
        var process = await ServiceProcess.LaunchAsync(launch, cancellationToken);
        _processes.Add(process);
        return process;
    }
}
