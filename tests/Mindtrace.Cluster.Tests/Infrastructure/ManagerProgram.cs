using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests;

/// <summary>The manager's own program in this process, on a port of its own, on a Redis that the test names.</summary>
internal sealed class ManagerProgram : WebApplicationFactory<Program>
{
    public const string ApiKey = "the-key-of-the-cluster-tests";

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, string> _settings;
    private readonly RedisKeySpace _space;
    private readonly DirectoryInfo? _registry;

    private readonly Action<IServiceCollection> _replace;

    private ManagerProgram(Dictionary<string, string> settings, RedisKeySpace space, DirectoryInfo? registry, Action<IServiceCollection> replace) =>
        (_settings, _space, _registry, _replace) = (settings, space, registry, replace);

    public Uri Url => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public ServiceClient Service => new(CreateClient(), apiKey: ApiKey);

    public ClusterClient Cluster => new(Service);

    /// <summary>Makes a client of a service that has a key of its own, such as a launched worker: one that calls as a manager.</summary>
    public static ServiceClient ClientOf(Uri service, HttpClient http) =>
        new(http, service, CallKey.For(service, ApiKey, TimeProvider.System.GetUtcNow()).Text);

    public OperationCatalog Operations => Services.GetRequiredService<OperationCatalog>();

    /// <summary>Starts a manager.</summary>
    /// <param name="redis">The connection string.</param>
    /// <param name="space">The keys of this manager's cluster. Launched workers know only the default.</param>
    /// <param name="settings">More settings. Without a registry among them it has a folder of its own, which goes with it.</param>
    public static ManagerProgram Start(string redis, RedisKeySpace? space = null, params (string Key, string Value)[] settings) =>
        Start(redis, _ => { }, space, settings);

    /// <summary>Starts a manager some of whose parts are the test's.</summary>
    public static ManagerProgram Start(
        string redis, Action<IServiceCollection> replace, RedisKeySpace? space = null, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            // As a setting, not by UseKestrel(0), which changes the addresses while the program itself may have begun to listen.
            ["urls"] = "http://127.0.0.1:0",
            ["ConnectionStrings:redis"] = redis,
            ["Queue:Backend"] = nameof(QueueBackend.Redis),
            ["Security:ApiKey"] = ApiKey,
            ["Logging:LogLevel:Default"] = "Error",
            ["Logging:LogLevel:StackExchange.Redis"] = "None",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        DirectoryInfo? registry = null;
        if (!all.Keys.Any(key => key.StartsWith("Registry:", StringComparison.Ordinal)))
        {
            registry = Directory.CreateTempSubdirectory("mindtrace-test-registry-");
            all["Registry:Path"] = registry.FullName;
        }

        var program = new ManagerProgram(all, space ?? new RedisKeySpace(), registry, replace);
        program.UseKestrel();
        program.StartServer();
        return program;
    }

    /// <summary>Waits until the nodes that it knows are as they should be. Nobody tells, so this asks.</summary>
    public async Task<IReadOnlyList<NodeStatus>> NodesWhenAsync(Func<IReadOnlyList<NodeStatus>, bool> condition)
    {
        using var look = new PeriodicTimer(LookInterval);
        while (true)
        {
            var nodes = await Cluster.ListNodesAsync(TestContext.Current.CancellationToken).InTime();
            if (condition(nodes))
            {
                return nodes;
            }

            await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_registry is { Exists: true })
        {
            _registry.Delete(recursive: true);
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton(_space);
            _replace(services);
        });
    }
}
