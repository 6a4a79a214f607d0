using Mindtrace.Cli;
using Mindtrace.Cluster;
using Mindtrace.Docs.Tests.Configuration;
using Mindtrace.Docs.Tests.Guide;
using Mindtrace.Docs.Tests.Readme;
using Mindtrace.Jobs;
using Spectre.Console.Testing;

namespace Mindtrace.Docs.Tests.Commands;

/// <summary>
/// Every command of every document is run: those of <c>mindtrace</c> here, in the order of the document, those of a few programs by a shell,
/// others by the tests that are named. What nobody runs says so, with the reason: in the document, or in <see cref="RunElsewhere"/>.
/// </summary>
[Collection(nameof(GuideCluster))]
public sealed class DocumentedCommandTests(GuideCluster guide)
{
    private const string Export = "export";

    /// <summary>What a shell may run here: nothing that changes the machine.</summary>
    private static readonly string[] ShellPrograms = ["curl", "openssl"];

    /// <summary>What is no setting of ours.</summary>
    private static readonly string[] OthersSettings = ["ConnectionStrings", "Kestrel"];

    private readonly CancellationToken _cancel = TestContext.Current.CancellationToken;

    public static TheoryData<string> Documents => [.. Repository.Documents.Where(document => CommandLine.In(Repository.Read(document)).Count > 0)];

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Document_EachCommand_Works(string document)
    {
        await PrepareAsync();
        using var shell = new DocumentShell(guide.Client.Url, guide.ApiKey);
        foreach (var line in CommandLine.In(Repository.Read(document)).Where(line => !line.IsMarkedNotRun && !RunElsewhere.Has(line)))
        {
            switch (line.Words[0])
            {
                case "mindtrace":
                    await RunAsync(line);
                    break;
                case Export:
                    Set(line.Words[1], shell);
                    break;
                case var program:
                    Assert.True(ShellPrograms.Contains(program), $"Nobody runs this command of {document}: {line.Text}");
                    await shell.RunAsync(line.Text, _cancel);
                    break;
            }
        }
    }

    [Fact]
    public void CommandsRunElsewhere_AreInDocuments_AndNameTestsThatExist()
    {
        var lines = Repository.Documents.SelectMany(document => CommandLine.In(Repository.Read(document))).ToList();
        Assert.All(RunElsewhere.Tests.Keys, start => Assert.Contains(lines, line => line.Text.StartsWith(start, StringComparison.Ordinal)));
        Assert.All(RunElsewhere.Reasons.Keys, part => Assert.Contains(lines, line => line.Text.Contains(part, StringComparison.Ordinal)));
        var tests = Repository.SourcesIn("tests").ToLookup(path => Path.GetFileNameWithoutExtension(path), File.ReadAllText);
        Assert.All(RunElsewhere.Tests.Values, test =>
        {
            var end = test.LastIndexOf('.');
            Assert.Contains(tests[test[..end]], text => text.Contains($" {test[(end + 1)..]}(", StringComparison.Ordinal));
        });
    }

    /// <summary>The documents speak of a cluster as the AppHost starts it, with a worker of <c>echo_job</c>, to which a sample was pushed.</summary>
    private async Task PrepareAsync()
    {
        var uppercase = WorkerTypeName.Parse("uppercase");
        if (!(await guide.Client.ListWorkerTypesAsync(_cancel)).Any(type => type.WorkerType == uppercase))
        {
            var uploaded = await guide.Client.UploadWorkerPackageAsync(UppercasePackage.Open(), _cancel);
            await guide.Client.RegisterWorkerTypeAsync(
                new RegisterWorkerTypeRequest(uppercase, "UppercaseWorker") { Package = uploaded.Package, JobType = JobType.Parse("uppercase_job") }, _cancel);
        }

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

        using var leave = CancellationTokenSource.CreateLinkedTokenSource(_cancel);
        var isEndless = line.Text.StartsWith("mindtrace workers logs", StringComparison.Ordinal) && line.Words.Contains("--follow");
        using var console = new TestConsole();
        await using var output = isEndless ? new FirstLine(leave) : new StringWriter();
        await using var error = new StringWriter();
        using var input = new StringReader("q\n");
        var code = await MindtraceCommand.RunAsync(arguments, new Terminal(console, output, error, input), leave.Token);
        var expected = isEndless ? ExitCode.Interrupted
            : line.Text.Contains("1e300", StringComparison.Ordinal) ? ExitCode.Unsuccessful
            : ExitCode.Success;
        Assert.True(code == expected, $"{line.Text}: {code}\n{console.Output}{output}{error}");
    }

    /// <summary>Keeps a variable for the shell. One that is a setting must be known.</summary>
    private static void Set(string assignment, DocumentShell shell)
    {
        var (name, value) = assignment.Split('=', 2) switch { var parts => (parts[0], parts[1]) };
        var path = name.Split("__").Where(part => !part.All(char.IsAsciiDigit)).ToList();
        if (path.Count > 1 && !OthersSettings.Contains(path[0]))
        {
            Assert.Contains($"| `{string.Join(':', path)}` |", SettingsReference.Write(), StringComparison.Ordinal);
        }

        shell.Variables[name] = value;
    }

    private async Task<string> DeadLetterAsync()
    {
        var job = EchoWorker.EchoJob.CreateJob(new EchoInput { Message = "no clock runs that long", Delay = 1e300 });
        await guide.Client.SubmitJobAsync(job, _cancel);
        await guide.Client.WaitForJobAsync(job.Id, _cancel);
        return job.Id.Value;
    }

    private async Task<string> WorkerAsync() => (await guide.Client.ListWorkersAsync(_cancel))
        .First(worker => worker is { Status: WorkerState.Idle, IsDraining: false, NodeUrl: not null }).WorkerId;

    /// <summary>Leaves a command that goes on for ever once it has written something.</summary>
    private sealed class FirstLine(CancellationTokenSource leave) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            leave.Cancel();
        }
    }
}
