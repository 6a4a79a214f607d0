using System.Globalization;
using System.Reflection;

namespace Mindtrace.TestServers;

/// <summary>The Redis of embedded mode: our own service Mindtrace.EmbeddedRedis as a child process. Needs no container.</summary>
public sealed class GarnetServer : TestServer
{
    /// <summary>Creates a server that is not started yet.</summary>
    public GarnetServer()
        : base(environmentVariable: null)
    {
    }

    private static string Program => typeof(GarnetServer).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "LaunchedProgram:Mindtrace.EmbeddedRedis").Value!;

    private protected override Task<RunningServer> LaunchAsync(CancellationToken cancellationToken)
    {
        var port = LoopbackPort.FindFree();
        var data = Directory.CreateTempSubdirectory("mindtrace-test-garnet-");
        var settings = new Dictionary<string, string>
        {
            ["EmbeddedRedis__Port"] = port.ToString(CultureInfo.InvariantCulture),
            ["EmbeddedRedis__Directory"] = data.FullName,
        };
        var process = ChildProcess.Start("dotnet", [Program], settings, data);
        return Task.FromResult(
            new RunningServer(process, $"127.0.0.1:{port}", cancel => RespHandshake.AnswersAsync(port, cancel)));
    }
}
