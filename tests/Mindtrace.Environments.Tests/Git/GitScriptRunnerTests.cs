using System.Globalization;
using Mindtrace.Environments.Scripts;
using Mindtrace.Environments.Tests.Scripts;
using Mindtrace.TestServers;

namespace Mindtrace.Environments.Tests.Git;

public sealed class GitScriptRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestRepository _repository;
    private readonly RecordedOutput _output = new();
    private readonly ScriptPolicy _policy = new() { AllowProcesses = true, AllowFileRepositories = true };
    private readonly Lazy<GitScriptRunner> _runner;
    private readonly string _first;

    public GitScriptRunnerTests()
    {
        _repository = new TestRepository(_folder["repository"]);
        _first = _repository.Commit("below/hello.sh", "echo hello from $(basename \"$PWD\")");
        _runner = new(() => new GitScriptRunner(_policy, new GitTokenOptions { Token = "s3cret-token", TokenOwnerList = "owner" }, Directories(), TimeProvider.System));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_CommandOfTheRepository_RunsInItsFolderAndSaysWhatRan()
    {
        var result = await RunAsync("sh hello.sh", new GitEnvironment(Url) { WorkingDir = "below" });

        Assert.Equal(new ScriptResult(ScriptVerdict.Exited, 0, "hello from below\n", "") { Commit = _first }, result);
        Assert.Equal(["hello from below"], _output.Stdout);
        Assert.Equal([$"Cloning {Url}", $"Checked out {_first}"], _output.Environment);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Run_CommandFails_IsAResultWithCodeAndOutput()
    {
        var result = await RunAsync("echo out; echo err >&2; exit 7");

        Assert.Equal((ScriptVerdict.Exited, 7, "out\n", "err\n"), (result.Verdict, result.ExitCode, result.Stdout, result.Stderr));
        Assert.False(result.Succeeded);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Run_CommandIsAList_GoesThroughNoShell()
    {
        var result = await RunAsync(new ScriptCommand(["echo", "a && b; $(touch x)", "'c'"]));

        Assert.Equal("a && b; $(touch x) 'c'\n", result.Stdout);
    }

    [Fact]
    public async Task Run_ProgramIsMissing_Fails127WithTheTextInStderr()
    {
        var result = await RunAsync(new ScriptCommand(["no-such-program"]));

        Assert.Equal(127, result.ExitCode);
        Assert.Contains("no-such-program", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_VariablesOfTheJob_AreHonoured()
    {
        var result = await RunAsync("echo $GREETING", Environment() with { Environment = new Dictionary<string, string> { ["GREETING"] = "a 'b' $c" } });

        Assert.Equal("a 'b' $c\n", result.Stdout);
    }

    [Fact]
    public async Task Run_LooksForTheToken_FindsItNowhere()
    {
        var result = await RunAsync("env; cat .git/config; tr '\\0' '\\n' < /proc/$PPID/cmdline; grep -r s3cret . && exit 1; exit 0");

        Assert.True(result.Succeeded);
        Assert.DoesNotContain(_output.All, line => line.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ProcessesAreNotAllowed_IsRefusedByThatRule()
    {
        _policy.AllowProcesses = false;

        var refused = await Assert.ThrowsAsync<ScriptRefusedException>(() => RunAsync("true"));

        Assert.Equal("Scripts:Policy:AllowProcesses", refused.Rule);
    }

    [Theory]
    [InlineData("-x", null, null, null, "environment.git.branch")]
    [InlineData("--upload-pack=x", null, null, null, "environment.git.branch")]
    [InlineData("a..b", null, null, null, "environment.git.branch")]
    [InlineData("a b", null, null, null, "environment.git.branch")]
    [InlineData("", null, null, null, "environment.git.branch")]
    [InlineData(null, "-x", null, null, "environment.git.commit")]
    [InlineData(null, "HEAD@{1}", null, null, "environment.git.commit")]
    [InlineData(null, null, "..", null, "environment.git.working_dir")]
    [InlineData(null, null, "below/../..", null, "environment.git.working_dir")]
    [InlineData(null, null, "/etc", null, "environment.git.working_dir")]
    [InlineData(null, null, "-rf", null, "environment.git.working_dir")]
    [InlineData(null, null, "below\n", null, "environment.git.working_dir")]
    [InlineData(null, null, null, "../x", "environment.git.project")]
    [InlineData(null, null, null, "--with=evil", "environment.git.project")]
    public async Task Run_NamesThatCouldBeMore_AreRefusedByField(string? branch, string? commit, string? folder, string? project, string field)
    {
        var refused = await Assert.ThrowsAsync<ScriptRefusedException>(() => RunAsync(
            "true", Environment() with { Branch = branch, Commit = commit, WorkingDir = folder, Project = project }));

        Assert.Equal(field, refused.Rule);
        Assert.Empty(_output.All);
    }

    [Theory]
    [InlineData("A=B")]
    [InlineData("-u")]
    [InlineData("")]
    [InlineData("A B")]
    public async Task Run_VariableThatIsNoName_IsRefused(string name)
    {
        var refused = await Assert.ThrowsAsync<ScriptRefusedException>(() =>
            RunAsync("true", Environment() with { Environment = new Dictionary<string, string> { [name] = "x" } }));

        Assert.Equal("environment.git.environment", refused.Rule);
    }

    [Theory]
    [InlineData("/etc", "link")]
    [InlineData("..", "link")]
    [InlineData("../../..", "below/link")]
    public async Task Run_FolderIsALinkOutOfTheRepository_IsRefused(string target, string path)
    {
        _repository.CommitLink(path, target);

        var refused = await Assert.ThrowsAsync<ScriptRefusedException>(() => RunAsync("pwd", Environment() with { WorkingDir = path }));

        Assert.Equal("environment.git.working_dir", refused.Rule);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Run_FolderIsALinkWithinTheRepository_RunsThere()
    {
        _repository.CommitLink("link", "below");

        var result = await RunAsync("sh hello.sh", Environment() with { WorkingDir = "link" });

        Assert.Equal("hello from below\n", result.Stdout);
    }

    [Fact]
    public async Task Run_FolderIsNotThere_FailsAtCheckoutAndNamesIt()
    {
        var result = await RunAsync("true", Environment() with { WorkingDir = "nowhere" });

        Assert.Equal((ScriptVerdict.EnvironmentFailed, "checkout"), (result.Verdict, result.FailedStep));
        Assert.Contains("'nowhere'", result.Reason, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Run_BranchIsNotThere_FailsAtCheckoutAndNamesIt()
    {
        var result = await RunAsync("true", Environment() with { Branch = "nope" });

        Assert.Equal("checkout", result.FailedStep);
        Assert.Contains("'nope'", result.Reason, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Run_RepositoryIsNotThere_FailsAtClone()
    {
        var result = await RunAsync("true", new GitEnvironment(new Uri(_folder["none"]).AbsoluteUri));

        Assert.Equal((ScriptVerdict.EnvironmentFailed, "clone"), (result.Verdict, result.FailedStep));
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("uv.lock", null, "uv sync", "uv run -- sh -c echo ran")]
    [InlineData("pyproject.toml", null, "uv sync", "uv run -- sh -c echo ran")]
    [InlineData("sub/pyproject.toml", "sub", "uv sync --project sub", "uv run --project sub -- sh -c echo ran")]
    [InlineData("a.sln", null, "dotnet restore ./a.sln", null)]
    [InlineData("a.csproj", null, "dotnet restore ./a.csproj", null)]
    [InlineData("-a.csproj", null, "dotnet restore ./-a.csproj", null)]
    [InlineData("package-lock.json", null, "npm ci", null)]
    public async Task Run_FilesAskForDependencies_InstallsThemFirst(string file, string? project, string sync, string? run)
    {
        _repository.Commit(file, "");
        InstallTools("uv", "dotnet", "npm");

        var result = await RunAsync("echo ran", Environment() with { Project = project });

        Assert.True(result.Succeeded);
        Assert.Equal([sync, run ?? "ran"], _output.Stdout);
        Assert.Contains($"Running {sync}", _output.Environment);
    }

    [Theory]
    [InlineData("uv run x")]
    [InlineData("  uv pip list")]
    public async Task Run_CommandIsUvsOwn_IsNotDoubled(string line)
    {
        _repository.Commit("uv.lock", "");
        InstallTools("uv");

        await RunAsync(line);
        await RunAsync(new ScriptCommand(["uv", "run", "x"]));

        Assert.Equal(["uv sync", line.Trim(), "uv sync", "uv run x"], _output.Stdout);
    }

    [Fact]
    public async Task Run_ToolIsMissing_FailsAtSyncAndNamesIt()
    {
        _repository.Commit("uv.lock", "");

        var result = await RunAsync("true");

        Assert.Equal((ScriptVerdict.EnvironmentFailed, "sync"), (result.Verdict, result.FailedStep));
        Assert.Contains("uv is not installed", result.Reason, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Run_SyncFails_FailsAtSyncWithItsOutput()
    {
        _repository.Commit("uv.lock", "");
        _folder.Program("tools/uv", "echo no network >&2; exit 2");

        var result = await RunAsync("true");

        Assert.Equal((ScriptVerdict.EnvironmentFailed, "sync", 2, "no network\n"), (result.Verdict, result.FailedStep, result.ExitCode, result.Stderr));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Run_SetupIsNamed_ReplacesWhatTheFilesAskFor()
    {
        _repository.Commit("uv.lock", "");

        var result = await RunAsync("cat made", Environment() with { Setup = [ScriptCommand.Shell("echo set up > made")] });

        Assert.Equal("set up\n", result.Stdout);
    }

    [Fact]
    public async Task Run_SetupFails_FailsAtSetup()
    {
        var result = await RunAsync("true", Environment() with { Setup = [ScriptCommand.Shell("exit 4")] });

        Assert.Equal((ScriptVerdict.EnvironmentFailed, "setup", 4), (result.Verdict, result.FailedStep, result.ExitCode));
    }

    [Fact]
    public async Task Run_SetupTakesTooLong_FailsAtSetup()
    {
        var result = await RunAsync(
            ScriptCommand.Shell("true"), Environment() with { Setup = [ScriptCommand.Shell("sleep 600")] },
            new ScriptLimits { SetupTimeout = TimeSpan.FromSeconds(3) });

        Assert.Equal((ScriptVerdict.EnvironmentFailed, "setup"), (result.Verdict, result.FailedStep));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Run_IsCancelled_EndsTheCommandAndRemovesAll()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        _output.Hearing = line => line == "ready" ? cancel.CancelAsync() : Task.CompletedTask;

        var result = await _runner.Value.RunAsync(
            Environment(), ScriptCommand.Shell("sleep 600 & echo $!; echo ready; wait"), new ScriptLimits(), _output, cancel.Token);

        Assert.Equal((ScriptVerdict.Cancelled, _first), (result.Verdict, result.Commit));
        Assert.False(Signals.Runs(int.Parse(_output.Stdout[0], CultureInfo.InvariantCulture)));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Run_Submodules_AreThereWhenAskedForAndTheirsToo()
    {
        using var deepest = new TestRepository(_folder["deepest"]);
        var deepestCommit = deepest.Commit("file.txt", "deepest");
        using var module = new TestRepository(_folder["module"]);
        module.Commit("file.txt", "module");
        var moduleCommit = module.CommitSubmodule("deep", deepest.FileUrl.AbsoluteUri, deepestCommit);
        _repository.CommitSubmodule("parts/module", "../module", moduleCommit);

        var without = await RunAsync("ls parts/module | wc -l");
        var with = await RunAsync("cat parts/module/file.txt parts/module/deep/file.txt", Environment() with { Submodules = true });

        Assert.Equal("0", without.Stdout.Trim());
        Assert.Equal("moduledeepest", with.Stdout);
    }

    [Theory]
    [InlineData("https://evil.example/owner/repository", "Scripts:Policy:AllowedGitHosts")]
    [InlineData("ext::sh -c touch% x", "Scripts:Policy:AllowedGitHosts")]
    public async Task Run_SubmoduleFromElsewhere_IsRefused(string url, string rule)
    {
        _repository.CommitSubmodule("module", url, new string('a', 40));

        var refused = await Assert.ThrowsAsync<ScriptRefusedException>(() => RunAsync("true", Environment() with { Submodules = true }));

        Assert.Equal(rule, refused.Rule);
        AssertNothingIsLeft();
    }

    public void Dispose()
    {
        if (_runner.IsValueCreated)
        {
            _runner.Value.Dispose();
        }

        _repository.Dispose();
        _folder.Dispose();
    }

    private string Url => _repository.FileUrl.AbsoluteUri;

    private GitEnvironment Environment() => new(Url);

    private ScriptDirectoryOptions Directories() => new()
    {
        RunsDirectory = _folder["runs"],
        MirrorsDirectory = _folder["mirrors"],
        Environment = new Dictionary<string, string> { ["PATH"] = $"{_folder["tools"]}:/usr/bin:/bin" },
    };

    /// <summary>Puts programs in the way that only say how they were called.</summary>
    private void InstallTools(params string[] names)
    {
        foreach (var name in names)
        {
            _folder.Program("tools/" + name, $"echo {name} \"$*\"");
        }
    }

    private void AssertNothingIsLeft() => Assert.Empty(Directory.GetDirectories(_folder["runs"]).SelectMany(Directory.GetFileSystemEntries));

    private Task<ScriptResult> RunAsync(string line, GitEnvironment? environment = null) => RunAsync(ScriptCommand.Shell(line), environment);

    private Task<ScriptResult> RunAsync(ScriptCommand command, GitEnvironment? environment = null, ScriptLimits? limits = null) =>
        _runner.Value.RunAsync(environment ?? Environment(), command, limits ?? new ScriptLimits(), _output, Cancel);
}
