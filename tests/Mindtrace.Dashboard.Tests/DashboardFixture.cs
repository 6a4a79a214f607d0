using System.Security.Cryptography;
using Microsoft.Playwright;
using Mindtrace.Cluster;
using Mindtrace.Dashboard.Tests;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;
using Mindtrace.TestServers;
using StackExchange.Redis;
using Role = Mindtrace.Services.Role;

[assembly: AssemblyFixture(typeof(DashboardFixture))]

namespace Mindtrace.Dashboard.Tests;

/// <summary>A manager and a node as processes, and a browser. Tests are the workers: they move jobs by the store itself, when they want.</summary>
public sealed class DashboardFixture : IAsyncLifetime
{
    private readonly GarnetServer _redis = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mindtrace-test-dashboard-");
    private readonly List<ServiceProcess> _services = [];
    private ConnectionMultiplexer? _connection;
    private IPlaywright? _playwright;

    internal string ApiKey { get; } = RandomNumberGenerator.GetHexString(32);

    internal Uri Url { get; private set; } = null!;

    internal ClusterClient Client { get; private set; } = null!;

    internal RedisJobStore Store { get; private set; } = null!;

    internal IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        await _redis.StartAsync(cancel);
        _connection = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);
        Store = new RedisJobStore(_connection, new RedisKeySpace());
        Url = (await StartAsync("Mindtrace.Manager", new()
        {
            ["Registry:Path"] = NewDirectory("registry"),
            ["Dashboard:TraceUrl"] = "http://traces.example/{trace_id}",
        })).Url;
        Client = ClusterClient.Connect(Url, ApiKey);
        var ports = LoopbackPort.FindFree();
        await StartAsync("Mindtrace.Node", new()
        {
            ["Node:StockWorker"] = ServiceProgram.Of("Mindtrace.Worker"),
            ["Node:WorkerPorts"] = $"{ports}-{ports + 9}",
            ["Node:StateDirectory"] = NewDirectory("node"),
            ["Node:ProgramsDirectory"] = NewDirectory("programs"),
        });
        Assertions.SetDefaultExpectTimeout(Visit.PatienceMilliseconds);
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium.Find(),

            // As root, Chromium starts without its sandbox only; the others keep it from calling its maker.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await (Browser?.CloseAsync() ?? Task.CompletedTask);
        _playwright?.Dispose();
        foreach (var service in Enumerable.Reverse(_services))
        {
            await service.DisposeAsync();
        }

        await (_connection?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _redis.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    /// <summary>Makes a job type that goes to a queue which nobody consumes.</summary>
    internal async Task<JobType> NewTypeAsync(string name = "work")
    {
        var type = JobType.Parse($"{name}-{Guid.NewGuid().ToString("N")[..8]}");
        await Client.RegisterJobTypeAsync(new JobTypeDefinition(type), TestContext.Current.CancellationToken);
        return type;
    }

    /// <summary>Makes a key.</summary>
    internal async Task<(KeyName Name, string Key)> NewKeyAsync(Role role)
    {
        var name = KeyName.Parse($"{role}-{Guid.NewGuid().ToString("N")[..8]}".ToLowerInvariant());
        return (name, (await Client.CreateKeyAsync(new CreateKeyRequest(name, [role]), TestContext.Current.CancellationToken)).Key);
    }

    private string NewDirectory(string name) => _directory.CreateSubdirectory(name).FullName;

    private async Task<ServiceProcess> StartAsync(string project, Dictionary<string, string?> settings)
    {
        settings["ConnectionStrings:redis"] = _redis.ConnectionString;
        settings["Queue:Backend"] = "Redis";
        settings["Manager:BaseAddress"] = Url?.AbsoluteUri;
        settings["Mindtrace:Service:PidDirectory"] = NewDirectory("pids");
        settings["Logging:LogLevel:Default"] = "Error";
        var launch = new ServiceLaunch { Program = ServiceProgram.Of(project), ApiKey = ApiKey, Settings = settings };
        var service = await ServiceProcess.LaunchAsync(launch, TestContext.Current.CancellationToken);
        _services.Add(service);
        return service;
    }
}
