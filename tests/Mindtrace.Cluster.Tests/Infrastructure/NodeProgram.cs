extern alias node;

using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests;

/// <summary>The node's own program in this process, on a port of its own. The workers that it launches are real processes.</summary>
internal sealed class NodeProgram : WebApplicationFactory<node::Program>
{
    private readonly Dictionary<string, string> _settings;

    private readonly Action<IServiceCollection> _replace;

    private NodeProgram(Dictionary<string, string> settings, Action<IServiceCollection> replace) => (_settings, _replace) = (settings, replace);

    public Uri Url => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts a node.</summary>
    /// <param name="manager">Its manager.</param>
    /// <param name="ports">The ports of its workers; each test takes others, below those that test servers take.</param>
    /// <param name="settings">More settings.</param>
    public static RunningNode Start(ManagerProgram manager, string ports, params (string Key, string Value)[] settings) =>
        Start(manager, _ => { }, ports, settings);

    /// <summary>Starts a node some of whose parts are the test's.</summary>
    public static RunningNode Start(
        ManagerProgram manager, Action<IServiceCollection> replace, string ports, params (string Key, string Value)[] settings)
    {
        var all = NodeSettings.For(manager, ports, settings);

        // As a setting, not by UseKestrel(0), which changes the addresses while the program itself may have begun to listen.
        all["urls"] = "http://127.0.0.1:0";
        var program = new NodeProgram(all, replace);
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

        builder.ConfigureTestServices(_replace);
    }
}
