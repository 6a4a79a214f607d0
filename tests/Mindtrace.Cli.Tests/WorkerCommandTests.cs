using System.Reflection;

namespace Mindtrace.Cli.Tests;

public sealed class WorkerCommandTests(RunningCluster cluster)
{
    private static string Repository => typeof(WorkerCommandTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    [Fact]
    public async Task Push_AProject_CanBeLaunchedAndRunsJobs()
    {
        var type = await cluster.NewTypeAsync();
        var project = Path.Combine(Repository, "samples", "Mindtrace.Samples.Uppercase");

        var pushed = await cluster.RunAsync("types", "push", type.Value, "UppercaseWorker", "-p", project, "--job-type", type.Value, "--param", "repeat_count=2");
        Assert.Equal(("", ExitCode.Success), (pushed.Error, pushed.Code));
        var launched = await cluster.RunAsync("workers", "launch", type.Value);
        Assert.Equal(("", ExitCode.Success), (launched.Error, launched.Code));
        var run = await cluster.RunAsync("submit", type.Value, """{"message":"hello"}""", "--wait");

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Contains("HELLO HELLO", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_NoProject_SaysWhatDotnetSays()
    {
        var empty = Directory.CreateTempSubdirectory("mindtrace-test-cli-");

        var run = await cluster.RunAsync("types", "push", "nothing", "Nothing", "-p", empty.FullName);

        empty.Delete();
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("could not be published", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Launch_UnknownType_IsUnsuccessfulWithTheReason()
    {
        var run = await cluster.RunAsync("workers", "launch", "nobody-knows-it");

        Assert.NotEqual(ExitCode.Success, run.Code);
        Assert.Contains("nobody-knows-it", run.Error, StringComparison.Ordinal);
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
}
