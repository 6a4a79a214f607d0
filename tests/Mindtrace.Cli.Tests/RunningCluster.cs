using System.Security.Cryptography;
using Mindtrace.Cli.Tests;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Services;
using Mindtrace.TestServers;
using Spectre.Console;
using Spectre.Console.Testing;

[assembly: AssemblyFixture(typeof(RunningCluster))]

namespace Mindtrace.Cli.Tests;

/// <summary>A manager, a node and a worker of <c>echo_job</c>, as processes, for all tests. Other job types are each test's own.</summary>
public sealed class RunningCluster : IAsyncLifetime
{
    public const string EchoJob = "echo_job";

    private readonly GarnetServer _redis = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mindtrace-test-cli-");
    private readonly List<ServiceProcess> _services = [];
    private ServiceProcess? _worker;

    internal string ApiKey { get; } = RandomNumberGenerator.GetHexString(32);

    internal Uri Url { get; private set; } = null!;

    internal ClusterClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _redis.StartAsync(TestContext.Current.CancellationToken);
        Url = (await StartAsync("Mindtrace.Manager", new() { ["Registry:Path"] = NewDirectory("registry") })).Url;
        Client = ClusterClient.Connect(Url, ApiKey);
        var ports = LoopbackPort.FindFree();
        await StartAsync("Mindtrace.Node", new()
        {
            ["Node:StockWorker"] = ServiceProgram.Of("Mindtrace.Worker"),
            ["Node:WorkerPorts"] = $"{ports}-{ports + 9}",
            ["Node:StateDirectory"] = NewDirectory("node"),
            ["Node:ProgramsDirectory"] = NewDirectory("programs"),
        });
        _worker = await StartAsync("Mindtrace.Worker", new() { ["Worker:Class"] = nameof(EchoWorker), ["Worker:JobTypes:0"] = EchoJob });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_services))
        {
            await service.DisposeAsync();
        }

        await _redis.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    /// <summary>Runs a command line against this cluster.</summary>
    internal Task<CommandRun> RunAsync(params string[] arguments) =>
        CommandRun.StartAsync("", ["--url", Url.AbsoluteUri, "--api-key", ApiKey, .. arguments]);

    /// <summary>Runs a command line that reads these lines.</summary>
    internal Task<CommandRun> RunWithInputAsync(string input, params string[] arguments) =>
        CommandRun.StartAsync(input, ["--url", Url.AbsoluteUri, "--api-key", ApiKey, .. arguments]);

    /// <summary>Runs a command line on a terminal, until it ends or is broken off.</summary>
    internal Task<ExitCode> RunOnAsync(IAnsiConsole console, CancellationToken broken, params string[] arguments) => MindtraceCommand.RunAsync(
        ["--url", Url.AbsoluteUri, "--api-key", ApiKey, .. arguments], new Terminal(console, TextWriter.Null, TextWriter.Null, TextReader.Null), broken);

    /// <summary>Makes a job type that goes to a queue which nobody consumes.</summary>
    internal async Task<JobType> NewTypeAsync()
    {
        var type = JobType.Parse($"cli-{Guid.NewGuid():N}");
        await Client.RegisterJobTypeAsync(new JobTypeDefinition(type), TestContext.Current.CancellationToken);
        return type;
    }

    /// <summary>Makes a job type that the worker consumes as well.</summary>
    internal async Task<JobType> NewEchoTypeAsync()
    {
        var type = await NewTypeAsync();
        await Client.RegisterJobToWorkerAsync(type, _worker!.Url, TestContext.Current.CancellationToken);
        return type;
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

/// <summary>A command line that was run.</summary>
/// <param name="Code">How it ended.</param>
/// <param name="Text">What it wrote for people.</param>
/// <param name="Output">What it wrote for programs.</param>
/// <param name="Error">What it wrote about faults.</param>
internal sealed record CommandRun(ExitCode Code, string Text, string Output, string Error)
{
    private const int Width = 400;

    /// <summary>Makes a terminal that nobody reads.</summary>
    public static Terminal Silent() => new(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }), TextWriter.Null, TextWriter.Null, TextReader.Null);

    public static async Task<CommandRun> StartAsync(string input, params string[] arguments)
    {
        using var console = new TestConsole().Width(Width);
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        using var reader = new StringReader(input);
        var code = await MindtraceCommand.RunAsync(arguments, new Terminal(console, output, error, reader), TestContext.Current.CancellationToken);
        return new CommandRun(code, console.Output, output.ToString(), error.ToString());
    }
}
