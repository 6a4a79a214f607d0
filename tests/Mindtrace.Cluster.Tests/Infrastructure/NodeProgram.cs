extern alias node;

using System.Globalization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests;

/// <summary>The node's own program in this process, on a port of its own. The workers that it launches are real processes.</summary>
internal sealed class NodeProgram : WebApplicationFactory<node::Program>
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    private readonly ManagerProgram _manager;
    private readonly string _ports;
    private readonly (string Key, string Value)[] _settings;
    private readonly DirectoryInfo _programs = Directory.CreateTempSubdirectory("mindtrace-test-programs-");

    private NodeProgram(ManagerProgram manager, string ports, (string Key, string Value)[] settings) =>
        (_manager, _ports, _settings) = (manager, ports, settings);

    public Uri Url => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public ServiceClient Service => new(CreateClient(), apiKey: ManagerProgram.ApiKey);

    private static string StockWorker => ServiceProgram.Of("Mindtrace.Worker", typeof(NodeProgram).Assembly);

    /// <summary>Starts a node.</summary>
    /// <param name="manager">Its manager.</param>
    /// <param name="ports">The ports of its workers; each test takes others, below those that test servers take.</param>
    /// <param name="settings">More settings.</param>
    public static NodeProgram Start(ManagerProgram manager, string ports, params (string Key, string Value)[] settings)
    {
        var program = new NodeProgram(manager, ports, settings);
        program.UseKestrel();
        program.StartServer();
        return program;
    }

    /// <summary>Launches a worker through the manager.</summary>
    public async Task<Guid> LaunchAsync(string workerType, Uri? url = null) => (await _manager.Cluster.LaunchWorkerAsync(
        new LaunchWorkerOnNodeRequest(Url, WorkerTypeName.Parse(workerType)) { WorkerUrl = url }, TestContext.Current.CancellationToken)).LaunchId;

    /// <summary>Waits until a launch is ready or failed. Nobody tells, so this asks.</summary>
    public async Task<LaunchStatus> EndOfLaunchAsync(Guid launch)
    {
        using var look = new PeriodicTimer(LookInterval);
        while (true)
        {
            var status = await _manager.Cluster.LaunchWorkerStatusAsync(Url, launch, TestContext.Current.CancellationToken).InTime();
            if (status.Status is LaunchState.Ready or LaunchState.Failed)
            {
                return status;
            }

            await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Finds the process of a worker by the file that it wrote its id to.</summary>
    public static async Task<int> ProcessIdAsync(LaunchStatus worker)
    {
        using var http = new HttpClient();
        var client = new ServiceClient(http, new Uri(worker.WorkerUrl!), ManagerProgram.ApiKey);
        var file = await client.CallAsync(ServiceOperations.PidFile, TestContext.Current.CancellationToken);
        return int.Parse(await File.ReadAllTextAsync(file.PidFile, TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _programs.Delete(recursive: true);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        // As a setting, not by UseKestrel(0), which changes the addresses while the program itself may have begun to listen.
        builder.UseSetting("urls", "http://127.0.0.1:0");
        builder.UseSetting("Manager:BaseAddress", _manager.Url.AbsoluteUri);
        builder.UseSetting("Security:ApiKey", ManagerProgram.ApiKey);
        builder.UseSetting("Logging:LogLevel:Default", "Error");
        builder.UseSetting("Node:StockWorker", StockWorker);
        builder.UseSetting("Node:WorkerPorts", _ports);
        builder.UseSetting("Node:ProgramsDirectory", _programs.FullName);
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
