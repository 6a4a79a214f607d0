extern alias worker;

using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Mindtrace.Cluster;
using Mindtrace.Environments.Containers;
using Mindtrace.Environments.Scripts;
using Mindtrace.Jobs;
using worker::Mindtrace.Worker.Scripts;

namespace Mindtrace.Environments.Tests.Scripts;

/// <summary>What a job says, what the runners are told, and what the job is told in the end.</summary>
public sealed class RunScriptWorkerTests
{
    private const string Git = """{"git": {"repo_url": "https://github.com/owner/repository"}}""";
    private const string Docker = """{"docker": {"image": "ubuntu:22.04", "working_dir": "/tmp", "environment": {}, "volumes": {}, "devices": []}}""";

    private readonly FakeRunner<GitEnvironment> _git = new();
    private readonly FakeRunner<ContainerEnvironment> _containers = new();
    private readonly ScriptLimits _limits = new();
    private readonly RunScriptParameters _parameters = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Git_AllThatTheOriginalSends_IsUnderstood()
    {
        await RunAsync("""
            {"environment": {"git": {"repo_url": "https://github.com/o/r", "branch": "main", "commit": "abc", "working_dir": "a/b", "project": "p"}}, "command": "echo hi"}
            """);

        var (environment, command) = (_git.Environment!, _git.Command!);
        Assert.Equal(("https://github.com/o/r", "main", "abc", "a/b", "p"),
            (environment.RepoUrl, environment.Branch, environment.Commit, environment.WorkingDir, environment.Project));
        Assert.Equal((false, null, null), (environment.Submodules, environment.Setup, environment.Environment));
        Assert.Equal(["sh", "-c", "echo hi"], command.Arguments);
        Assert.Equal("job-1", command.JobId);
    }

    [Fact]
    public async Task Docker_AllThatTheOriginalSends_IsUnderstood()
    {
        await RunAsync("""
            {"environment": {"docker": {"image": "i", "working_dir": "/w", "environment": {"A": "b"}, "volumes": {"/h": {"bind": "/c", "mode": "ro"}}, "devices": ["1"]}}, "command": "x"}
            """);

        var environment = _containers.Environment!;
        Assert.Equal(("i", "/w", "b", new ContainerVolume("/c", "ro")),
            (environment.Image, environment.WorkingDir, environment.Environment!["A"], environment.Volumes!["/h"]));
        Assert.Equal(["1"], environment.Devices);
    }

    [Fact]
    public async Task Command_AsAList_GoesThroughNoShell()
    {
        await RunAsync($$"""{"environment": {{Git}}, "command": ["echo", "a b"]}""");

        Assert.Equal(["echo", "a b"], _git.Command!.Arguments);
    }

    [Fact]
    public async Task Extras_ShellSetupSubmodulesVariables_AreHandedOn()
    {
        await RunAsync("""
            {"environment": {"git": {"repo_url": "u", "submodules": true, "environment": {"A": "b"}}}, "command": "c", "shell": "bash", "setup": ["make", ["touch", "x"]]}
            """);

        Assert.True(_git.Environment!.Submodules);
        Assert.Equal("b", _git.Environment.Environment!["A"]);
        Assert.Equal("bash", _git.Command!.Arguments[0]);
        Assert.Equal([["bash", "-c", "make"], ["touch", "x"]], _git.Environment.Setup!.Select(command => command.Arguments));
    }

    [Theory]
    [InlineData("""{"command": "x"}""", "environment")]
    [InlineData("""{"environment": {}, "command": "x"}""", "environment")]
    [InlineData("""{"environment": {"git": {"repo_url": "u"}, "docker": {"image": "i"}}, "command": "x"}""", "environment")]
    [InlineData("""{"environment": {"git": {"repo_url": "u"}}}""", "command")]
    [InlineData("""{"environment": {"git": {"repo_url": "u"}}, "command": "  "}""", "command")]
    [InlineData("""{"environment": {"git": {"repo_url": "u"}}, "command": []}""", "command")]
    [InlineData("""{"environment": {"git": {"repo_url": "u"}}, "command": [""]}""", "command")]
    [InlineData("""{"environment": {"git": {"repo_url": "u"}}, "command": "x", "setup": [""]}""", "setup")]
    [InlineData("""{"environment": {"git": {"repo_url": "u"}}, "command": "x", "shell": "-c"}""", "shell")]
    [InlineData("""{"environment": {"git": {"repo_url": "u"}}, "command": "x", "limits": {"memory_bytes": 99999999999999}}""", "Scripts:Limits:MemoryBytes")]
    [InlineData("""{"environment": {"git": {"repo_url": "u"}}, "command": "x", "limits": {"timeout_seconds": 1e9}}""", "Scripts:Limits:RunTimeout")]
    [InlineData("""{"environment": {"git": {"repo_url": "u"}}, "command": "x", "limits": {"timeout_seconds": -1}}""", "Scripts:Limits:RunTimeout")]
    [InlineData("""{"environment": {"git": {"repo_url": "u"}}, "command": "x", "limits": {"processes": 0}}""", "Scripts:Limits:Processes")]
    public async Task Job_ThatCannotBeRun_FailsForGoodAndNamesTheRule(string payload, string rule)
    {
        var outcome = Assert.IsType<JobOutcome.Rejected>(await RunAsync(payload));

        Assert.EndsWith($"({rule})", outcome.Reason, StringComparison.Ordinal);
        Assert.Null(_git.Command);
    }

    [Theory]
    [InlineData("""{"environment": "git", "command": "x"}""")]
    [InlineData("""{"environment": {}, "command": 7}""")]
    [InlineData("[]")]
    public async Task Job_ThatIsNoInput_IsNotRunnable(string payload) =>
        Assert.IsType<JobOutcome.NotRunnable>(await RunAsync(payload));

    [Fact]
    public async Task Limits_BelowTheMachines_ReplaceThem()
    {
        await RunAsync($$$"""{"environment": {{{Git}}}, "command": "x", "limits": {"timeout_seconds": 2.5, "memory_bytes": 16777216, "cpus": 0.5}}""");

        var limits = _git.Limits!;
        Assert.Equal((TimeSpan.FromSeconds(2.5), 16777216, 0.5), (limits.RunTimeout, limits.MemoryBytes, limits.Cpus));
        Assert.Equal((_limits.SetupTimeout, _limits.Processes, _limits.DiskBytes), (limits.SetupTimeout, limits.Processes, limits.DiskBytes));
    }

    [Fact]
    public async Task Command_ExitsWithZero_CompletesWithItsOutput()
    {
        _git.Result = new ScriptResult(ScriptVerdict.Exited, 0, "out", "err") { Commit = "c0ffee" };

        var completed = Assert.IsType<JobOutcome.Completed>(await RunAsync($$"""{"environment": {{Git}}, "command": "x"}"""));

        Assert.Equal(
            """{"stdout":"out","stderr":"err","exit_code":0,"verdict":"exited","failed_step":null,"reason":null,"commit":"c0ffee","image_digest":null}""",
            completed.Output.GetRawText());
    }

    [Theory]
    [InlineData(ScriptVerdict.Exited, 3, null, "exited", "The command exited with code 3.")]
    [InlineData(ScriptVerdict.OutOfMemory, 137, "It took too much.", "out_of_memory", "It took too much.")]
    [InlineData(ScriptVerdict.TimedOut, 137, "It ran too long.", "timed_out", "It ran too long.")]
    [InlineData(ScriptVerdict.TooManyProcesses, 137, "Too many.", "too_many_processes", "Too many.")]
    [InlineData(ScriptVerdict.Signalled, 143, "Signal 15.", "signalled", "Signal 15.")]
    public async Task Command_EndsOtherwise_FailsWithItsOutputAndMayBeTriedAgain(
        ScriptVerdict verdict, int code, string? why, string expectedVerdict, string expectedReason)
    {
        _git.Result = new ScriptResult(verdict, code, "out", "err") { Reason = why };

        var failed = Assert.IsType<JobOutcome.Failed>(await RunAsync($$"""{"environment": {{Git}}, "command": "x"}"""));

        Assert.Equal(expectedReason, failed.Reason);
        Assert.Equal(
            (expectedVerdict, code, "out"),
            (failed.Output.GetProperty("verdict").GetString(), failed.Output.GetProperty("exit_code").GetInt32(), failed.Output.GetProperty("stdout").GetString()));
    }

    [Fact]
    public async Task Environment_CannotBeMade_FailsWithTheStep()
    {
        _git.Result = new ScriptResult(ScriptVerdict.EnvironmentFailed, null, "", "") { FailedStep = "clone", Reason = "No route." };

        var failed = Assert.IsType<JobOutcome.Failed>(await RunAsync($$"""{"environment": {{Git}}, "command": "x"}"""));

        Assert.Equal("The environment could not be made (clone): No route.", failed.Reason);
        Assert.Equal(("clone", JsonValueKind.Null), (failed.Output.GetProperty("failed_step").GetString(), failed.Output.GetProperty("exit_code").ValueKind));
    }

    [Fact]
    public async Task Policy_Refuses_FailsForGood()
    {
        _git.Fault = new ScriptRefusedException("Scripts:Policy:AllowProcesses", "Not here.");

        var rejected = Assert.IsType<JobOutcome.Rejected>(await RunAsync($$"""{"environment": {{Git}}, "command": "x"}"""));

        Assert.Equal("Not here. (Scripts:Policy:AllowProcesses)", rejected.Reason);
    }

    [Fact]
    public async Task Runner_Throws_FailsTheAttempt()
    {
        _git.Fault = new IOException("disk full");

        var failed = Assert.IsType<JobOutcome.Failed>(await RunAsync($$"""{"environment": {{Git}}, "command": "x"}"""));

        Assert.Contains("disk full", failed.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("cpu", null)]
    [InlineData("auto", "all")]
    [InlineData("0,2", "0,2")]
    public async Task Devices_OfTheWorker_AreThoseOfJobsThatNameNone(string devices, string? expected)
    {
        _parameters.Devices = devices.Split(',', StringSplitOptions.RemoveEmptyEntries);

        await RunAsync("""{"environment": {"docker": {"image": "i"}}, "command": "x"}""");

        Assert.Equal(expected?.Split(','), _containers.Environment!.Devices);
    }

    [Fact]
    public async Task Docker_EmptyListOfDevices_IsAsIfNoneWereNamed()
    {
        _parameters.Devices = ["0"];

        await RunAsync($$"""{"environment": {{Docker}}, "command": "x"}""");

        Assert.Equal(["0"], _containers.Environment!.Devices);
    }

    [Fact]
    public async Task Start_OfAWorker_RemovesOrphansOfBothKinds()
    {
        await NewWorker().StartAsync(Cancel);

        Assert.Equal((1, 1), (_git.OrphansRemoved, _containers.OrphansRemoved));
    }

    private RunScriptWorker NewWorker() => new(_git, _containers, _limits, _parameters);

    private Task<JobOutcome> RunAsync(string payload) => ((IWorker)NewWorker()).RunAsync(
        JsonElement.Parse(payload), new JobContext(JobId.Parse("job-1"), JobType: null, Attempt: 1, NullLogger.Instance), Cancel);

    private sealed class FakeRunner<TEnvironment> : IScriptRunner<TEnvironment>
        where TEnvironment : class
    {
        public ScriptResult Result { get; set; } = new(ScriptVerdict.Exited, 0, "", "");

        public Exception? Fault { get; set; }

        public TEnvironment? Environment { get; private set; }

        public ScriptCommand? Command { get; private set; }

        public ScriptLimits? Limits { get; private set; }

        public int OrphansRemoved { get; private set; }

        public Task<ScriptResult> RunAsync(
            TEnvironment environment, ScriptCommand command, ScriptLimits limits, IScriptOutput output, CancellationToken cancellationToken)
        {
            (Environment, Command, Limits) = (environment, command, limits);
            return Fault is null ? Task.FromResult(Result) : Task.FromException<ScriptResult>(Fault);
        }

        public Task<int> RemoveOrphansAsync(CancellationToken cancellationToken) => Task.FromResult(++OrphansRemoved);
    }
}
