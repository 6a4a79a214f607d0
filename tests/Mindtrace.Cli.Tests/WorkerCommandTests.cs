using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Mindtrace.Cli.Workers;
using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Cli.Tests;

public sealed class WorkerCommandTests(RunningCluster cluster)
{
    private const string CodeBegin = "```csharp\n";
    private const string CodeEnd = "```\n";

    private static string Repository => typeof(WorkerCommandTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    /// <summary>What the README has somebody do who writes a worker: the project, the program, the push, the launch.</summary>
    [Fact]
    public async Task Push_AProject_CanBeLaunchedAndRunsJobs()
    {
        var type = await cluster.NewTypeAsync();
        var folder = Directory.CreateTempSubdirectory("mindtrace-test-project-");
        var project = Path.Combine(folder.FullName, "uppercase");
        await DotnetAsync("new", "web", "--output", project, "--no-restore");
        await DotnetAsync("add", project, "reference", Path.Combine(Repository, "libraries", "Mindtrace.Cluster"));
        await File.WriteAllTextAsync(Path.Combine(project, "Program.cs"), ProgramOfTheReadme(), TestContext.Current.CancellationToken);

        var mistyped = await cluster.RunAsync("types", "push", type.Value, "UpercaseWorker", "-p", project);
        Assert.Equal((ExitCode.Usage, $"{project} has no worker class UpercaseWorker. It has UppercaseWorker."), (mistyped.Code, mistyped.Error.Trim()));
        var pushed = await cluster.RunAsync("types", "push", type.Value, "UppercaseWorker", "-p", project, "--job-type", type.Value, "--param", "repeat_count=2");
        Assert.Equal(("", ExitCode.Success), (pushed.Error, pushed.Code));
        var launched = await cluster.RunAsync("workers", "launch", type.Value);
        Assert.Equal(("", ExitCode.Success), (launched.Error, launched.Code));
        var run = await cluster.RunAsync("submit", type.Value, """{"message":"hello"}""", "--wait");

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Contains("HELLO HELLO", run.Text, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task LaunchedWorker_LogsAreShown_AndItIsShutDown()
    {
        var type = (await cluster.NewTypeAsync()).Value;
        Assert.Equal(ExitCode.Success, (await cluster.RunAsync("types", "register", type, "EchoWorker", "--job-type", type)).Code);
        var worker = JsonElement.Parse((await cluster.RunAsync("workers", "launch", type, "--json")).Output).GetProperty("worker_id").GetString()!;

        var logs = await cluster.RunAsync("workers", "logs", worker);
        var ended = await cluster.RunAsync("workers", "shutdown", worker);
        var followed = await cluster.RunAsync("workers", "logs", worker, "--follow", "--lines", "1", "--json");
        var types = await cluster.RunAsync("types", "list");

        Assert.Contains("Now listening on", logs.Output, StringComparison.Ordinal);
        Assert.Equal($"{worker} has ended", ended.Text.Trim());
        Assert.Equal(ExitCode.Success, followed.Code);
        Assert.Equal(JsonValueKind.String, JsonElement.Parse(followed.Output).ValueKind);
        Assert.Matches($@"{type} +{type} +EchoWorker +built-in", types.Text);
    }

    [Fact]
    public async Task Logs_OfAWorkerThatNoNodeLaunched_SaysWhereTheyAre()
    {
        var workers = JsonElement.Parse((await cluster.RunAsync("workers", "list", "--json")).Output).EnumerateArray();
        var apart = workers.First(worker => worker.GetProperty("worker_type").GetString()!.Contains(RunningCluster.EchoJob, StringComparison.Ordinal));

        var run = await cluster.RunAsync("workers", "logs", apart.GetProperty("worker_id").GetString()!);

        Assert.Equal(ExitCode.Refused, run.Code);
        Assert.Contains("where it was started", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_NoProjectThere_SaysSo()
    {
        var empty = Directory.CreateTempSubdirectory("mindtrace-test-cli-");

        var run = await cluster.RunAsync("types", "push", "nothing", "Nothing", "-p", empty.FullName);

        empty.Delete();
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Equal($"There is no project at {empty.FullName}. Name a project's file or its folder: --project.", run.Error.Trim());
    }

    [Fact]
    public async Task Push_FolderThatIsNotThere_SaysSo()
    {
        var run = await cluster.RunAsync("types", "push", "nothing", "Nothing", "-p", "nowhere");

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.StartsWith("There is no project at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_ProjectThatDoesNotBuild_SaysWhatDotnetSays()
    {
        var folder = Directory.CreateTempSubdirectory("mindtrace-test-cli-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "broken.csproj"), "<Project>", TestContext.Current.CancellationToken);

        var run = await cluster.RunAsync("types", "push", "broken", "Broken", "-p", folder.FullName);

        folder.Delete(recursive: true);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("could not be published", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_OfAProgram_AreThoseOfItsOwnThatRunJobs() =>
        Assert.Equal(["RunScriptWorker"], WorkerClasses.FindIn(Path.GetDirectoryName(ServiceProgram.Of("Mindtrace.Worker"))!));

    [Fact]
    public async Task Launch_UnknownType_IsUnsuccessfulWithTheReason()
    {
        var run = await cluster.RunAsync("workers", "launch", "nobody-knows-it");

        Assert.NotEqual(ExitCode.Success, run.Code);
        Assert.Contains("nobody-knows-it", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JobType_IsPausedAndResumed_AndWhySaysSo()
    {
        var type = await cluster.NewTypeAsync();
        var paused = await cluster.RunAsync("job-types", "pause", type.Value);
        Assert.Equal(("", ExitCode.Success), (paused.Error, paused.Code));
        await cluster.RunAsync("submit", type.Value, "{}", "--id", $"{type}-1");

        Assert.StartsWith($"The job type {type} is paused.", (await cluster.RunAsync("why", $"{type}-1")).Text, StringComparison.Ordinal);
        Assert.Contains("its queue, paused", (await cluster.RunAsync("job-types", "list")).Text, StringComparison.Ordinal);
        await cluster.RunAsync("job-types", "resume", type.Value);
        Assert.StartsWith("No worker consumes", (await cluster.RunAsync("why", $"{type}-1")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Type_IsScaledListedAndLeftAlone()
    {
        var type = await cluster.NewTypeAsync();
        await cluster.RunAsync("types", "register", type.Value, "EchoWorker");

        var scaled = await cluster.RunAsync("types", "scale", type.Value, "--max", "3", "--idle", "60");
        Assert.Equal(("", ExitCode.Success), (scaled.Error, scaled.Code));
        Assert.Contains($"{type} has 0 to 3 workers.", scaled.Text, StringComparison.Ordinal);
        Assert.Contains(type.Value, (await cluster.RunAsync("types", "scales")).Text, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Refused, (await cluster.RunAsync("types", "scale", type.Value, "--min", "4", "--max", "3")).Code);
        Assert.Equal(ExitCode.Success, (await cluster.RunAsync("types", "unscale", type.Value)).Code);
        Assert.DoesNotContain(type.Value, (await cluster.RunAsync("types", "scales")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_IsDrainedAndResumed()
    {
        const string nowhere = "http://127.0.0.1:9/";
        await cluster.Client.RegisterNodeAsync(new RegisterNodeRequest(new Uri(nowhere)), TestContext.Current.CancellationToken);

        var drained = await cluster.RunAsync("nodes", "drain", nowhere, "--timeout", "60", "--json");
        Assert.True(JsonElement.Parse(drained.Output).GetProperty("is_draining").GetBoolean());
        Assert.Contains("alive, drained", (await cluster.RunAsync("nodes", "list")).Text, StringComparison.Ordinal);
        Assert.Contains("takes workers again", (await cluster.RunAsync("nodes", "resume", nowhere)).Text, StringComparison.Ordinal);
        await cluster.Client.UnregisterNodeAsync(new Uri(nowhere), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Lists_ShowWhatThereIs()
    {
        Assert.Contains(RunningCluster.EchoJob, (await cluster.RunAsync("workers", "list")).Text, StringComparison.Ordinal);
        Assert.Contains("alive", (await cluster.RunAsync("nodes", "list")).Text, StringComparison.Ordinal);
        Assert.Contains(RunningCluster.EchoJob, (await cluster.RunAsync("job-types", "list")).Text, StringComparison.Ordinal);
        Assert.Contains("1 of 1 alive", (await cluster.RunAsync("status")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apps_RegisteredListedUnregistered()
    {
        await cluster.RunAsync("apps", "register", "camera", "http://127.0.0.1:9/");
        Assert.Contains("camera", (await cluster.RunAsync("apps", "list")).Text, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, (await cluster.RunAsync("apps", "unregister", "camera")).Code);
        Assert.DoesNotContain("camera", (await cluster.RunAsync("apps", "list")).Text, StringComparison.Ordinal);
    }

    private static string ProgramOfTheReadme()
    {
        var readme = File.ReadAllText(Path.Combine(Repository, "README.md")).ReplaceLineEndings("\n");
        var main = readme.IndexOf("await WorkerHost.RunAsync", StringComparison.Ordinal);
        var begin = readme.LastIndexOf(CodeBegin, main, StringComparison.Ordinal) + CodeBegin.Length;
        return readme[begin..readme.IndexOf(CodeEnd, main, StringComparison.Ordinal)];
    }

    private static async Task DotnetAsync(params string[] arguments)
    {
        using var dotnet = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var output = await dotnet.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await dotnet.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(dotnet.ExitCode == 0, output);
    }
}
