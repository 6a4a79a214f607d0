using System.CommandLine;
using System.Globalization;
using Mindtrace.Cli.Connection;
using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Cli.Nodes;

/// <summary><c>mindtrace nodes join</c>: this machine as a node of a cluster elsewhere.</summary>
internal static class JoinCommand
{
    private const int DefaultPort = 8003;
    private const string Remedy = "Make one for it: mindtrace keys create NAME --role node";

    public static Command Create(CommandRunner runner)
    {
        var manager = UrlSymbols.Argument("MANAGER", "Where the manager is, as this machine reaches it.");
        var port = new Option<int>("--port") { Description = "The port that the node listens on.", DefaultValueFactory = _ => DefaultPort };
        var address = UrlSymbols.Option(
            "--address", "Where others reach the node. Without it: this machine's address on the way to the manager, and the port.");
        var workerPorts = new Option<string?>("--worker-ports") { Description = "The ports of the workers, such as 8092-8111." };
        var program = new Option<string?>("--program") { Description = $"The program Mindtrace.Node. Without it: {NodeProgram.Variable}, beside this command, on the path." };
        var command = new CommandWithExamples(
            "join", "Makes this machine a node, for as long as the command runs. The key has the role node, and no other.",
            "mindtrace nodes join http://192.168.1.10:8002 --worker-ports 8092-8111")
        {
            manager, port, address, workerPorts, program,
        };
        return runner.Does(command, async (context, cancellationToken) =>
        {
            var arguments = context.Arguments;
            var url = arguments.GetRequiredValue(manager);
            var path = NodeProgram.Find(arguments.GetValue(program), Environment.GetEnvironmentVariable);
            await EnsureKeyOfANodeAsync(url, context.Address.ApiKey, cancellationToken);

            var settings = new Dictionary<string, string>
            {
                ["Manager:BaseAddress"] = url.AbsoluteUri,
                ["Security:ApiKey"] = context.Address.ApiKey,
                ["ASPNETCORE_URLS"] = string.Create(CultureInfo.InvariantCulture, $"http://*:{arguments.GetValue(port)}"),
            };
            if (arguments.GetValue(address) is { } advertised)
            {
                settings["Mindtrace:Service:Url"] = advertised.AbsoluteUri;
            }

            if (arguments.GetValue(workerPorts) is { } ports)
            {
                settings["Node:WorkerPorts"] = ports;
            }

            return await NodeProgram.RunAsync(path, settings, cancellationToken) == 0 ? ExitCode.Success : ExitCode.Refused;
        });
    }

    /// <summary>Asks the manager what a node may ask, and what it may not, so that a wrong address or key is told at once.</summary>
    /// <exception cref="UsageException">The key is none of a node, or one of more than that.</exception>
    private static async Task EnsureKeyOfANodeAsync(Uri manager, string apiKey, CancellationToken cancellationToken)
    {
        using var http = ClusterHttp.Create();
        var client = new ServiceClient(http, manager, apiKey);
        if (!await MayAsync(() => client.CallAsync(
            NodeDirectoryOperations.NodeHeartbeat, new NodeHeartbeatRequest(new Uri("http://joining.invalid/"), 0, 0), cancellationToken)))
        {
            throw new UsageException($"The key lacks the role node. {Remedy}");
        }

        // Every role of people includes it, and the key of the cluster holds them all.
        if (await MayAsync(() => client.CallAsync(ServiceOperations.Status, cancellationToken)))
        {
            throw new UsageException($"The key opens more than a node needs, and code that runs here might get hold of it. {Remedy}");
        }
    }

    private static async Task<bool> MayAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (OperationException fault) when (fault.ProblemType == ProblemTypes.Forbidden)
        {
            return false;
        }
    }
}
