using System.Globalization;
using System.Security.Cryptography;
using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Samples.Cluster;

/// <summary>A cluster for the time of a sample: an embedded Redis and a manager, each a process of its own on a free port.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly string _key = RandomNumberGenerator.GetHexString(32);
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("mindtrace-sample-");
    private readonly Stack<ServiceProcess> _processes = new();
    private readonly Dictionary<string, string?> _servers = [];

    private LocalCluster()
    {
    }

    public ClusterClient Client { get; private set; } = null!;

    public static async Task<LocalCluster> StartAsync(CancellationToken cancellationToken)
    {
        var cluster = new LocalCluster();
        try
        {
            await cluster.StartServersAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a node. All that it is told is where the manager is, and the key.</summary>
    public Task<ServiceProcess> StartNodeAsync(string workerPorts, CancellationToken cancellationToken) => StartAsync(
        "Mindtrace.Node",
        new Dictionary<string, string?>
        {
            ["Manager:BaseAddress"] = Client.Url.AbsoluteUri,
            ["Node:WorkerPorts"] = workerPorts,
            ["Node:AllowFileRepositories"] = "true",
            ["Node:StateDirectory"] = Path.Combine(_data.FullName, "nodes"),
            ["Node:ProgramsDirectory"] = Path.Combine(_data.FullName, "programs"),
        },
        cancellationToken);

    /// <summary>Starts a worker that nobody launched: it is ready to be registered.</summary>
    public Task<ServiceProcess> StartWorkerAsync(string workerClass, CancellationToken cancellationToken) =>
        StartWorkerAsync(workerClass, new Dictionary<string, string?>(), cancellationToken);

    /// <summary>Starts a worker that nobody launched, with settings of its own.</summary>
    public Task<ServiceProcess> StartWorkerAsync(
        string workerClass, IReadOnlyDictionary<string, string?> settings, CancellationToken cancellationToken) => StartAsync(
        "Mindtrace.Worker",
        new Dictionary<string, string?>(_servers.Concat(settings))
        {
            ["Worker:Class"] = workerClass,
            ["Scripts:RunsDirectory"] = Path.Combine(_data.FullName, "scripts"),
            ["Scripts:MirrorsDirectory"] = Path.Combine(_data.FullName, "git"),
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        while (_processes.TryPop(out var process))
        {
            await process.DisposeAsync();
        }

        _data.Delete(recursive: true);
    }

    private async Task StartServersAsync(CancellationToken cancellationToken)
    {
        var redis = new ServiceLaunch { Program = ServiceProgram.Of("Mindtrace.EmbeddedRedis"), ReadyWhen = ServiceReadiness.Listening };
        redis.Settings["EmbeddedRedis:Port"] = redis.Url.Port.ToString(CultureInfo.InvariantCulture);
        redis.Settings["EmbeddedRedis:Directory"] = Path.Combine(_data.FullName, "redis");
        _processes.Push(await ServiceProcess.LaunchAsync(redis, cancellationToken));
        _servers["ConnectionStrings:redis"] = redis.Url.Authority;
        _servers["Queue:Backend"] = "Redis";

        var settings = new Dictionary<string, string?>(_servers)
        {
            ["Registry:Backend"] = "FileSystem",
            ["Registry:Path"] = Path.Combine(_data.FullName, "registry"),
        };
        Client = new ClusterClient((await StartAsync("Mindtrace.Manager", settings, cancellationToken)).Client);
    }

    private async Task<ServiceProcess> StartAsync(string program, IDictionary<string, string?> settings, CancellationToken cancellationToken)
    {
        var launch = new ServiceLaunch
        {
            Program = ServiceProgram.Of(program), ApiKey = _key, Settings = settings, ReadyWhen = ServiceReadiness.Healthy,
        };
        var process = await ServiceProcess.LaunchAsync(launch, cancellationToken);
        _processes.Push(process);
        Console.WriteLine($"{process.Name} runs at {process.Url}");
        return process;
    }
}
