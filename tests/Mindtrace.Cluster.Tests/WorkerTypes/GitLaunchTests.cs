using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.WorkerTypes;

/// <summary>Workers of git repositories: real clones, builds and processes.</summary>
public sealed class GitLaunchTests(ClusterFixture fixture) : IDisposable
{
    private const string EmptyProject = """<Project Sdk="Microsoft.NET.Sdk" />""";

    /// <summary>A setting of the node's process, which this is.</summary>
    private const string Secret = "ConnectionStrings__test";

    private readonly SampleRepository _repository = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task GitWorkerType_LaunchesAndConsumes()
    {
        // The commit counts, not the branch: on that, the worker is gone.
        var commit = _repository.CommitSampleWorker("workers/uppercase", "Uppercase");
        _repository.Commit("workers/uppercase/docs/Other.csproj", EmptyProject);
        _repository.CommitWithout("workers");
        var type = ClusterFixture.NewType("git");
        await RegisterAsync(type.Type, request => request with
        {
            GitBranch = "main",
            GitCommit = commit,
            GitWorkingDir = "workers",
            GitProject = "uppercase",
            WorkerParams = new Dictionary<string, JsonElement> { ["repeat_count"] = JsonElement.Parse("2") },
        });
        await using var node = NodeProgram.Start(fixture.Manager, "19840-19842", ("Node:AllowFileRepositories", "true"));

        Guid[] ids = [await node.LaunchAsync(type.Type.Value), await node.LaunchAsync(type.Type.Value)];
        var launches = await Task.WhenAll(ids.Select(node.EndOfLaunchAsync));
        Assert.All(launches, launch => Assert.Equal((LaunchState.Ready, (string?)null), (launch.Status, launch.Error)));
        var job = await fixture.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }), Cancel);
        var completed = await fixture.Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();
        Assert.Equal((JobState.Completed, "HELLO HELLO"), (completed.Status, type.ReadOutput(completed.Output)!.Echoed));

        // Built once, and needed no more: the repository may be gone.
        _repository.Dispose();
        var again = await node.EndOfLaunchAsync(await node.LaunchAsync(type.Type.Value));
        Assert.Equal((LaunchState.Ready, (string?)null), (again.Status, again.Error));
    }

    [Fact]
    public async Task Git_UnknownBranch_NamesItAndThoseThatThereAre()
    {
        _repository.Commit("a.txt", "");
        _repository.CreateBranch("other");
        _repository.CreateTag("v1");

        await AssertFailsAsync(
            request => request with { GitBranch = "mian" }, "there is no branch and no tag 'mian'. There is: main, other, v1.");
        await AssertFailsAsync(request => request with { GitCommit = "v2" }, "there is no branch and no tag 'v2'.");
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef01234567")]
    [InlineData("0123456")]
    public async Task Git_UnknownCommit_NamesIt(string commit)
    {
        _repository.Commit("a.txt", "");

        await AssertFailsAsync(request => request with { GitCommit = commit }, $"there is no commit '{commit}' on any branch or tag.");
    }

    [Fact]
    public async Task Git_MissingWorkingDir_NamesIt()
    {
        _repository.Commit("a.txt", "");

        await AssertFailsAsync(
            request => request with { GitWorkingDir = "no/such" }, "git_working_dir: the repository has no folder 'no/such' at this commit.");
        await AssertFailsAsync(
            request => request with { GitWorkingDir = "a.txt" }, "git_working_dir: the repository has no folder 'a.txt' at this commit.");
        await AssertFailsAsync(
            request => request with { GitProject = "No.csproj" }, "git_project: there is no project 'No.csproj' in the repository at this commit.");
    }

    [Fact]
    public async Task Git_WorkingDirIsALink_IsNotFollowed()
    {
        _repository.CommitLink("link", "/etc");

        await AssertFailsAsync(
            request => request with { GitWorkingDir = "link/ssl" }, "'link/ssl' leads over a link in the repository, which is not followed.");
    }

    [Fact]
    public async Task Git_BranchTagOrDefault_DecidesWhatIsLookedAt()
    {
        _repository.Commit("a.txt", "");
        _repository.CreateBranch("empty");
        _repository.Commit("one/One.csproj", EmptyProject);
        var abbreviated = _repository.Commit("two/Two.fsproj", EmptyProject)[..10];
        _repository.CreateTag("v1");
        _repository.Commit("three/Three.vbproj", EmptyProject);
        const string Several = "git_project is needed, since there are several projects: ";

        await AssertFailsAsync(
            request => request with { GitBranch = "empty" }, "There is no project in the repository: no *.csproj, *.fsproj or *.vbproj.");
        await AssertFailsAsync(request => request with { GitCommit = "v1" }, Several + "one/One.csproj, two/Two.fsproj.");
        await AssertFailsAsync(request => request with { GitCommit = abbreviated }, Several + "one/One.csproj, two/Two.fsproj.");
        await AssertFailsAsync(request => request, Several + "one/One.csproj, three/Three.vbproj, two/Two.fsproj.");
    }

    [Fact]
    public async Task Git_EmptyRepository_SaysSo() => await AssertFailsAsync(request => request, "the repository is empty.");

    [Fact]
    public async Task Git_ProjectThatDoesNotBuild_SaysWhyAndSeesNoneOfOurSecrets()
    {
        Environment.SetEnvironmentVariable(Secret, "secret");
        _repository.Commit("Broken.csproj", """
            <Project>
              <Target Name="Restore" />
              <Target Name="Publish"><Error Text="It has '$(ConnectionStrings__test)' and '$(GIT_TERMINAL_PROMPT)'." /></Target>
            </Project>
            """);

        var launch = await LaunchAsync(request => request, ("Node:AllowFileRepositories", "true"));
        Environment.SetEnvironmentVariable(Secret, null);

        Assert.Equal(LaunchState.Failed, launch.Status);
        Assert.StartsWith("Broken.csproj does not build. The build wrote last:\n", launch.Error, StringComparison.Ordinal);
        Assert.Contains("It has '' and ''.", launch.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Git_BuildThatHangs_TimesOut()
    {
        _repository.Commit("Endless.csproj", """
            <Project>
              <Target Name="Restore"><Exec Command="sleep 600" /></Target>
              <Target Name="Publish" />
            </Project>
            """);

        var launch = await LaunchAsync(request => request, ("Node:AllowFileRepositories", "true"), ("Node:BuildTimeout", "00:00:03"));

        Assert.Equal((LaunchState.Failed, "Endless.csproj was not built within 00:00:03."), (launch.Status, launch.Error));
    }

    [Fact]
    public async Task Git_FolderOfTheNode_IsRefusedByDefault()
    {
        _repository.Commit("a.txt", "");

        var launch = await LaunchAsync(request => request);

        Assert.Equal(
            (LaunchState.Failed, $"{_repository.Url} is a folder of this machine, and Node:AllowFileRepositories is off."), (launch.Status, launch.Error));
    }

    [Fact]
    public async Task Git_HostLeadsToADeniedAddress_IsNotAsked()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new UriBuilder(UrlOf(listener)) { Host = "localhost" }.Uri;

        var launch = await LaunchAsync(
            request => request with { GitRepoUrl = url }, ("Outbound:DeniedNetworks:0", "127.0.0.0/8"), ("Outbound:DeniedNetworks:1", "::1/128"));

        Assert.Equal(LaunchState.Failed, launch.Status);
        Assert.Contains("an address that services do not call", launch.Error, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Git_NobodyThere_SaysSo()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var url = UrlOf(nobody);
        nobody.Stop();

        var launch = await LaunchAsync(request => request with { GitRepoUrl = url });

        Assert.Equal(LaunchState.Failed, launch.Status);
        Assert.StartsWith($"{url}: ", launch.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Git_HangingServer_TimesOut()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var launch = await LaunchAsync(request => request with { GitRepoUrl = UrlOf(silent) }, ("Node:CloneTimeout", "00:00:01"));

        Assert.Equal(
            (LaunchState.Failed, $"{UrlOf(silent)} was not read within 00:00:01: it is too large, or its server does not answer."),
            (launch.Status, launch.Error));
    }

    [Fact]
    public async Task Git_NodeStopsWhileAServerHangs_StopsAtOnceAndLeavesNoProcess()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var type = ClusterFixture.NewType("git");
        await RegisterAsync(type.Type, request => request with { GitRepoUrl = UrlOf(silent) });
        TcpClient? asking;
        await using (var node = NodeProgram.Start(fixture.Manager, "19844-19844"))
        {
            await node.LaunchAsync(type.Type.Value);
            asking = await silent.AcceptTcpClientAsync(Cancel).InTime();
        }

        using (asking)
        {
            // Only the end of the child closes its connection.
            await asking.GetStream().CopyToAsync(Stream.Null, Cancel).InTime();
        }
    }

    private static Uri UrlOf(TcpListener server) => new($"http://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}/a.git");

    private async Task AssertFailsAsync(Func<RegisterWorkerTypeRequest, RegisterWorkerTypeRequest> with, string reason)
    {
        var launch = await LaunchAsync(with, ("Node:AllowFileRepositories", "true"));
        Assert.Equal(LaunchState.Failed, launch.Status);
        Assert.Contains(reason, launch.Error, StringComparison.Ordinal);
    }

    private async Task<LaunchStatus> LaunchAsync(
        Func<RegisterWorkerTypeRequest, RegisterWorkerTypeRequest> with, params (string Key, string Value)[] settings)
    {
        var type = ClusterFixture.NewType("git");
        await RegisterAsync(type.Type, with);
        await using var node = NodeProgram.Start(fixture.Manager, "19843-19843", settings);
        return await node.EndOfLaunchAsync(await node.LaunchAsync(type.Type.Value));
    }

    private Task RegisterAsync(JobType type, Func<RegisterWorkerTypeRequest, RegisterWorkerTypeRequest> with) =>
        fixture.Cluster.RegisterWorkerTypeAsync(
            with(new RegisterWorkerTypeRequest(WorkerTypeName.Parse(type.Value), "UppercaseWorker") { JobType = type, GitRepoUrl = _repository.Url }),
            Cancel);
}
