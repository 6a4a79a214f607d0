extern alias node;

using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Mindtrace.Services;
using Mindtrace.TestServers;

namespace Mindtrace.Cluster.Tests.Security;

/// <summary>A cluster of processes each of whose secrets can be told from anything else, and all that it writes.</summary>
internal sealed class CanaryCluster : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _output = new();
    private readonly List<ServiceProcess> _services = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mindtrace-test-canaries-");
    private readonly Dictionary<string, string> _canaries = [];

    private CanaryCluster(ExportedTelemetry telemetry) => Telemetry = telemetry;

    public ExportedTelemetry Telemetry { get; }

    /// <summary>Gets the secrets by what they are.</summary>
    public IReadOnlyDictionary<string, string> Canaries => _canaries;

    /// <summary>Gets the services that answer operations: the manager first, then the node.</summary>
    public IReadOnlyList<ServiceProcess> Services => _services[1..];

    public ClusterClient Cluster => new(Services[0].Client);

    /// <summary>Gets all that the services have written to their consoles.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Gets what the services keep on disk, beside the data of Redis, and locks, which are empty and cannot be read while they are held.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(_folder.FullName, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .Where(path => !path.StartsWith(Folder("redis"), StringComparison.Ordinal) && !path.EndsWith("lock", StringComparison.Ordinal));

    public static async Task<CanaryCluster> StartAsync()
    {
        var cluster = new CanaryCluster(await ExportedTelemetry.StartAsync());
        try
        {
            await cluster.StartServicesAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Plants a secret.</summary>
    public string Plant(string what) => _canaries[what] = $"canary{RandomNumberGenerator.GetHexString(24, lowercase: true)}";

    /// <summary>Counts a secret among those to look for.</summary>
    public string Plant(string what, string secret) => _canaries[what] = secret;

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_services))
        {
            await service.DisposeAsync();
        }

        await Telemetry.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StartServicesAsync()
    {
        var (key, redisPassword) = (Plant("the configured key"), Plant("the password of Redis"));
        var redis = LoopbackPort.FindFree();
        await StartAsync(
            ServiceProgram.Of("Mindtrace.EmbeddedRedis", typeof(GarnetServer).Assembly), new Uri($"http://127.0.0.1:{redis}"), key: null, ServiceReadiness.Listening,
            ("EmbeddedRedis:Port", redis.ToString(CultureInfo.InvariantCulture)), ("EmbeddedRedis:Directory", Folder("redis")), ("EmbeddedRedis:Password", redisPassword));
        await StartAsync(
            typeof(Program).Assembly.Location, NewUrl(), key, ServiceReadiness.Healthy,
            ("ConnectionStrings:redis", $"127.0.0.1:{redis},password={redisPassword}"),
            ("ConnectionStrings:rabbitmq", $"amqp://user:{Plant("the password of RabbitMQ")}@127.0.0.1:9"),
            ("ConnectionStrings:minio", $"Endpoint=http://127.0.0.1:9;AccessKey={Plant("the access key of S3")};SecretKey={Plant("the secret key of S3")}"),
            ("Queue:Backend", nameof(QueueBackend.Redis)), ("Registry:Backend", "FileSystem"), ("Registry:Path", Folder("registry")));
        var ports = LoopbackPort.FindFree();
        await StartAsync(
            typeof(node::Program).Assembly.Location, NewUrl(), key, ServiceReadiness.Healthy,
            ("Manager:BaseAddress", Services[0].Url.AbsoluteUri), ("Node:StockWorker", NodeSettings.StockWorker),
            ("Node:WorkerPorts", $"{ports}-{ports + 9}"), ("Node:StateDirectory", Folder("node")), ("Node:ProgramsDirectory", Folder("programs")),
            ("Scripts:Policy:AllowProcesses", "true"), ("Scripts:Policy:AllowFileRepositories", "true"),
            ("Scripts:RunsDirectory", Folder("runs")), ("Scripts:MirrorsDirectory", Folder("mirrors")),
            ("Scripts:Git:Token", Plant("the token of git")),
            ("Scripts:Containers:Registries:private:Registry", "registry.example.org"), ("Scripts:Containers:Registries:private:Username", "user"),
            ("Scripts:Containers:Registries:private:Password", Plant("the password of an image registry")));
    }

    private async Task StartAsync(string program, Uri url, string? key, ServiceReadiness ready, params (string Key, string Value)[] settings)
    {
        var launch = new ServiceLaunch { Program = program, Url = url, ApiKey = key, ReadyWhen = ready, Output = _output.Enqueue };
        foreach (var (name, value) in settings)
        {
            launch.Settings[name] = value;
        }

        launch.Settings[TestProcess.Variable] = TestProcess.Owner;
        launch.Settings["Mindtrace:Service:PidDirectory"] = Folder("pids");
        launch.Settings["Logging:LogLevel:Default"] = "Debug";
        launch.Settings["Logging:LogLevel:Microsoft.AspNetCore"] = "Debug";
        launch.Settings["Logging:LogLevel:System.Net.Http"] = "Trace";
        launch.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = Telemetry.Url.AbsoluteUri;
        launch.Settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        launch.Settings["OTEL_BSP_SCHEDULE_DELAY"] = launch.Settings["OTEL_BLRP_SCHEDULE_DELAY"] = "200";
        _services.Add(await ServiceProcess.LaunchAsync(launch, TestContext.Current.CancellationToken));
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder.FullName, name)).FullName;

    private static Uri NewUrl() => new($"http://127.0.0.1:{LoopbackPort.FindFree()}");
}
