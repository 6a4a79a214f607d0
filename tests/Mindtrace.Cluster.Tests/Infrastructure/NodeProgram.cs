extern alias node;

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
    private readonly Dictionary<string, string> _settings;

    private NodeProgram(Dictionary<string, string> settings) => _settings = settings;

    public Uri Url => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts a node.</summary>
    /// <param name="manager">Its manager.</param>
    /// <param name="ports">The ports of its workers; each test takes others, below those that test servers take.</param>
    /// <param name="settings">More settings.</param>
    public static RunningNode Start(ManagerProgram manager, string ports, params (string Key, string Value)[] settings)
    {
        var all = NodeSettings.For(manager, ports, settings);

        // As a setting, not by UseKestrel(0), which changes the addresses while the program itself may have begun to listen.
        all["urls"] = "http://127.0.0.1:0";
        var program = new NodeProgram(all);
        program.UseKestrel();
        program.StartServer();
        return new RunningNode(manager, program.Url, async () =>
        {
            await program.DisposeAsync();
            Directory.Delete(all[NodeSettings.StateDirectory], recursive: true);
        })
        {
            Operations = program.Services.GetRequiredService<OperationCatalog>(),
        };
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
