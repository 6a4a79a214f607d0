using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests;

/// <summary>The configuration of nodes under test.</summary>
internal static class NodeSettings
{
    public const string StateDirectory = "Node:StateDirectory";

    public static string StockWorker => ServiceProgram.Of("Mindtrace.Worker", typeof(NodeSettings).Assembly);

    public static Dictionary<string, string> For(ManagerProgram manager, string ports, params (string Key, string Value)[] settings)
    {
        var state = Directory.CreateTempSubdirectory("mindtrace-test-node-").FullName;
        var all = new Dictionary<string, string>
        {
            ["Manager:BaseAddress"] = manager.Url.AbsoluteUri,
            ["Security:ApiKey"] = ManagerProgram.ApiKey,
            ["Logging:LogLevel:Default"] = "Error",
            ["Node:StockWorker"] = StockWorker,
            ["Node:WorkerPorts"] = ports,
            ["Node:RestartDelay"] = "00:00:00.010",
            [StateDirectory] = state,
            ["Node:ProgramsDirectory"] = Path.Combine(state, "programs"),
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return all;
    }
}
