using Mindtrace.Cli;
using Mindtrace.Cluster;
using Mindtrace.Docs.Tests.Guide;
using Spectre.Console.Testing;

namespace Mindtrace.Docs.Tests.Commands;

/// <summary>Every command of these documents is run: those of <c>mindtrace</c> here, in the order of the document, the others by the tests that are named.</summary>
[Collection(nameof(GuideCluster))]
public sealed class DocumentedCommandTests(GuideCluster guide)
{
    private const string FirstJob = "FirstJobSuite.AppHost_Started_RunsAJobEndToEndAsOneTrace";

    private const string ToolPackage = "ToolPackageTests.Tool_PackedAndInstalled_RunsAndCompletes";

    /// <summary>What is run elsewhere, and by which test; what cannot be run by a test, and why.</summary>
    private static readonly Dictionary<string, string> RunElsewhere = new()
    {
        ["dotnet run --project Mindtrace.AppHost"] = FirstJob,
        ["dotnet pack clients/Mindtrace.Cli --output artifacts"] = ToolPackage,
        ["dotnet tool install --global Mindtrace.Cli --prerelease --add-source artifacts"] = ToolPackage,
        ["mindtrace types push uppercase UppercaseWorker --project samples/Mindtrace.Samples.Uppercase --job-type uppercase_job"] =
            "WorkerCommandTests.Push_AProject_CanBeLaunchedAndRunsJobs",
        ["MINDTRACE_UPDATE_DOCS=true ./test.sh Docs"] = "none: it is these tests",
    };

    private readonly CancellationToken _cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("docs/getting-started.md")]
    [InlineData("docs/operations.md")]
    [InlineData("docs/troubleshooting.md")]
    [InlineData("docs/configuration.md")]
    public async Task Document_EachCommand_Works(string document)
    {
        await PrepareAsync();
        foreach (var line in CommandLine.In(Repository.Read(document)).Where(line => !RunElsewhere.ContainsKey(line.Text)))
        {
            Assert.True(line.Words[0] == "mindtrace", $"Nobody runs this command of {document}: {line.Text}");
            await RunAsync(line);
        }
    }

    [Fact]
    public void CommandsRunElsewhere_NameTestsThatExist()
    {
        var tests = Directory.EnumerateFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(path => Path.GetFileNameWithoutExtension(path), File.ReadAllText);
        foreach (var test in RunElsewhere.Values.Where(test => !test.StartsWith("none: ", StringComparison.Ordinal)))
        {
            var (type, method) = test.Split('.') switch { var parts => (parts[0], parts[1]) };
            Assert.Contains(tests[type], text => text.Contains($" {method}(", StringComparison.Ordinal));
        }
    }

    /// <summary>The documents speak of a cluster as the AppHost starts it: with a worker of <c>echo_job</c>.</summary>
    private async Task PrepareAsync()
    {
        var echo = WorkerTypeName.Parse("echo_of_the_documents");
        await guide.Client.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(echo, nameof(EchoWorker)) { JobType = EchoWorker.EchoJob.Type }, _cancel);
        if (!(await guide.Client.ListWorkersAsync(_cancel)).Any(worker => worker.WorkerType == EchoWorker.EchoJob.Type.Value && worker is { Status: not WorkerState.Nonexistent, IsDraining: false }))
        {
            await guide.Client.WaitForLaunchAsync(await guide.Client.LaunchWorkerAsync(new LaunchWorkerOnNodeRequest(echo), _cancel), _cancel);
        }
    }

    /// <summary>Runs a command, with what exists in place of the names in capitals. One that is to fail says so: its job does not complete.</summary>
    private async Task RunAsync(CommandLine line)
    {
        List<string> arguments = ["--url", guide.Client.Url.AbsoluteUri, "--api-key", guide.ApiKey];
        foreach (var word in line.Words.Skip(1))
        {
            arguments.Add(word switch { "JOB" => await DeadLetterAsync(), "WORKER" => await WorkerAsync(), "NODE" => guide.Node.Url.AbsoluteUri, _ => word });
        }

        using var console = new TestConsole();
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        using var input = new StringReader("q\n");
        var code = await MindtraceCommand.RunAsync(arguments, new Terminal(console, output, error, input), _cancel);
        var expected = line.Text.Contains("1e300", StringComparison.Ordinal) ? ExitCode.Unsuccessful : ExitCode.Success;
        Assert.True(code == expected, $"{line.Text}: {code}\n{console.Output}{output}{error}");
    }

    private async Task<string> DeadLetterAsync()
    {
        var job = EchoWorker.EchoJob.CreateJob(new EchoInput { Message = "no clock runs that long", Delay = 1e300 });
        await guide.Client.SubmitJobAsync(job, _cancel);
        await guide.Client.WaitForJobAsync(job.Id, _cancel);
        return job.Id.Value;
    }

    private async Task<string> WorkerAsync() =>
        (await guide.Client.ListWorkersAsync(_cancel)).First(worker => worker is { Status: WorkerState.Idle, IsDraining: false }).WorkerId;
}
