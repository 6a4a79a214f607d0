using System.Globalization;
using Mindtrace.Environments.Scripts;
using Mindtrace.Environments.Tests.Scripts;
using Mindtrace.TestServers;

namespace Mindtrace.Environments.Tests.Processes;

/// <summary>Commands with control groups, where the machine lets us make them.</summary>
public sealed class GroupedScriptRunTests() : ScriptRunContract(ControlGroups.Detect(delegated: null))
{
    [Fact]
    public async Task Command_ForksForEver_IsEndedByItsProcessLimit()
    {
        // Where nothing but the watch bounds it, a fork bomb is faster than the watch.
        Assert.SkipUnless(ControlGroups.Detect(delegated: null).AreAvailable, "This machine lets us make no control groups.");

        var end = await RunAsync("bomb() { bomb | bomb & }; bomb; sleep 600", new ScriptLimits { Processes = 50 });

        Assert.Equal(ScriptVerdict.TooManyProcesses, end.Verdict);
    }

    [Fact]
    public async Task Commands_ThatBreakEachLimit_EndByItAndOthersRunOn()
    {
        Assert.SkipUnless(ControlGroups.Detect(delegated: null).AreAvailable, "This machine lets us make no control groups.");
        var limits = new ScriptLimits { Processes = 50, MemoryBytes = 64L << 20, OutputBytes = 100_000, RunTimeout = TimeSpan.FromSeconds(20) };
        var others = new ScriptLimits();
        (ScriptVerdict Verdict, Task<CommandEnd> End)[] commands =
        [
            (ScriptVerdict.Exited, RunAsync("i=0; while [ $i -lt 20 ]; do sleep 0.1; i=$((i+1)); done", others)),
            (ScriptVerdict.TooManyProcesses, RunAsync("bomb() { bomb | bomb & }; bomb; sleep 600", limits)),
            (ScriptVerdict.OutOfMemory, RunAsync("tail /dev/zero", limits)),
            (ScriptVerdict.TooMuchOutput, RunAsync("yes", limits)),
            (ScriptVerdict.TimedOut, RunAsync("sleep 600", new ScriptLimits { RunTimeout = TimeSpan.FromSeconds(1) })),
            (ScriptVerdict.Exited, RunAsync("seq 1000 | tail -n 1", others)),
        ];

        await Task.WhenAll(commands.Select(command => command.End));

        Assert.Equal(commands.Select(command => command.Verdict), commands.Select(command => command.End.Result.Verdict));
        Assert.All([commands[0], commands[^1]], command => Assert.Equal(0, command.End.Result.ExitCode));
    }
}

/// <summary>Commands that are watched from outside.</summary>
public sealed class WatchedScriptRunTests() : ScriptRunContract(ControlGroups.None);

/// <summary>What is promised of commands, however they are bounded.</summary>
public abstract class ScriptRunContract : IDisposable
{
    private static readonly Dictionary<string, string> Path = new() { ["PATH"] = System.Environment.GetEnvironmentVariable("PATH")! };

    private readonly TemporaryFolder _root = new();
    private readonly ControlGroups _groups;
    private readonly ScriptRuns _runs;
    private readonly RecordedOutput _output = new();
    private readonly CancellationTokenSource _cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private protected ScriptRunContract(ControlGroups groups)
    {
        _groups = groups;
        _runs = new ScriptRuns(_root.Path, groups, TimeProvider.System);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Command_WritesAndExits_IsHeardAndJudgedByItsCode()
    {
        var end = await RunAsync("echo one; echo two >&2; printf three; exit 3");

        Assert.Equal((ScriptVerdict.Exited, 3), (end.Verdict, end.ExitCode));
        Assert.Null(end.Reason);
        Assert.Equal(["one", "three"], _output.Stdout);
        Assert.Equal(["two"], _output.Stderr);
        Assert.Equal(("one\nthree", "two\n"), (end.Stdout, end.Stderr));
    }

    [Fact]
    public async Task Command_ProgramIsMissing_ExitsWith127AndSaysSo()
    {
        var end = await RunAsync(["no-such-program"], new ScriptLimits());

        Assert.Equal((ScriptVerdict.Exited, 127), (end.Verdict, end.ExitCode));
        Assert.Contains("no-such-program", end.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_EndedByASignal_IsJudgedSo()
    {
        var end = await RunAsync("kill -TERM $$");

        Assert.Equal((ScriptVerdict.Signalled, 143), (end.Verdict, end.ExitCode));
    }

    [Fact]
    public async Task Command_ReadsItsInput_FindsNone()
    {
        var end = await RunAsync("cat; echo done");

        Assert.Equal("done\n", end.Stdout);
    }

    [Fact]
    public async Task Command_LooksAtItsEnvironment_FindsNothingOfTheWorkers()
    {
        System.Environment.SetEnvironmentVariable("MINDTRACE_TEST_SECRET", "hidden");

        var end = await RunAsync("env");

        string[] names = [.. end.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')[0]).Order(StringComparer.Ordinal)];
        Assert.Equal(["DOTNET_CLI_HOME", "HOME", "MINDTRACE_SCRIPT_RUN", "PATH", "PWD", "TMPDIR"], names.Except(["OLDPWD", "SHLVL", "_"]));
    }

    [Fact]
    public async Task Command_HasVariablesThatChangeItsStarters_AloneGetsThem()
    {
        var end = await RunAsync(
            ["sh", "-c", "echo $LD_PRELOAD"], new ScriptLimits(), variables: new() { ["LD_PRELOAD"] = "/no/such/library.so" });

        // The loader complains once for env's own start of the shell and no more: setsid, sh and prlimit never saw it.
        Assert.Equal("/no/such/library.so\n", end.Stdout);
        Assert.Single(_output.Stderr);
    }

    [Fact]
    public async Task Command_Sleeps_IsEndedByItsTimeLimit()
    {
        var end = await RunAsync("echo begun; sleep 600", new ScriptLimits { RunTimeout = TimeSpan.FromSeconds(1) });

        Assert.Equal((ScriptVerdict.TimedOut, 137), (end.Verdict, end.ExitCode));
        Assert.Contains("00:00:01", end.Reason, StringComparison.Ordinal);
        Assert.Equal("begun\n", end.Stdout);
    }

    [Fact]
    public async Task Command_IsCancelled_EndsWithAllThatItStarted()
    {
        _output.Hearing = line => line == "ready" ? _cancel.CancelAsync() : Task.CompletedTask;

        var end = await RunAsync("setsid sh -c 'setsid sleep 600 & sleep 601' & (sleep 602 &) ; echo $!; echo ready; wait");

        Assert.Equal(ScriptVerdict.Cancelled, end.Verdict);
        Assert.False(Signals.Runs(int.Parse(_output.Stdout[0], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Command_LeavesADaemonBehind_DoesNotWaitForItAndEndsIt()
    {
        var end = await RunAsync("setsid sleep 600 & echo $!");

        Assert.Equal((ScriptVerdict.Exited, 0), (end.Verdict, end.ExitCode));
        Assert.False(Signals.Runs(int.Parse(end.Stdout, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Command_PrintsForEver_IsEndedByItsOutputLimit()
    {
        var end = await RunAsync("yes", new ScriptLimits { OutputBytes = 100_000, TailBytes = 10 });

        Assert.Equal(ScriptVerdict.TooMuchOutput, end.Verdict);
        Assert.Equal("y\ny\ny\ny\ny\n", end.Stdout);
        Assert.Equal(50_000, _output.Stdout.Count);
    }

    [Fact]
    public async Task Command_TakesMemoryForEver_IsEndedByItsMemoryLimit()
    {
        var end = await RunAsync("tail /dev/zero", new ScriptLimits { MemoryBytes = 64L << 20 });

        Assert.Equal(ScriptVerdict.OutOfMemory, end.Verdict);
    }

    [Fact]
    public async Task Command_StartsTooManyProcesses_IsEndedByItsProcessLimit()
    {
        var end = await RunAsync("i=0; while [ $i -lt 100 ]; do sleep 600 & i=$((i+1)); done; wait", new ScriptLimits { Processes = 50 });

        Assert.Equal(ScriptVerdict.TooManyProcesses, end.Verdict);
    }

    [Fact]
    public async Task Command_FillsTheDiskWithOneFile_IsEndedByItsDiskLimit()
    {
        var end = await RunAsync("exec cat /dev/zero > big", new ScriptLimits { DiskBytes = 4 << 20 });

        Assert.Equal(ScriptVerdict.TooMuchDisk, end.Verdict);
    }

    [Fact]
    public async Task Command_FillsTheDiskWithManyFiles_IsEndedByItsDiskLimit()
    {
        var end = await RunAsync(
            "i=0; while :; do i=$((i+1)); head -c 1000000 /dev/zero > $TMPDIR/$i || exit; [ $i -lt 8 ] || sleep 600; done", new ScriptLimits { DiskBytes = 4 << 20 });

        Assert.Equal(ScriptVerdict.TooMuchDisk, end.Verdict);
    }

    [Fact]
    public async Task Command_NobodyTakesItsOutput_IsEndedAndTheFaultIsTold()
    {
        _output.Hearing = _ => throw new IOException("the store is away");

        await Assert.ThrowsAsync<IOException>(() => RunAsync("echo one; sleep 600"));
    }

    [Fact]
    public async Task Run_LeftFilesThatAreHardToRemove_IsRemoved()
    {
        // Two paths that are almost as long as one may be, then one of them moved to the end of the other.
        await RunAsync("""
            mkdir closed && touch closed/file && chmod 0 closed
            long=$(i=0; while [ $i -lt 30 ]; do printf %0100d/ $i; i=$((i+1)); done)
            mkdir -p "first/$long" "second/$long" && cd "first/$long" && mv "$TMPDIR/second" .
            """);

        Assert.Empty(Directory.GetDirectories(Assert.Single(Directory.GetDirectories(_root.Path))));
    }

    [Fact]
    public async Task Orphans_OfAProcessThatDied_AreRemovedAndThoseOfLivingOnesStay()
    {
        await using var living = Begin(_runs);
        var dead = new ScriptRuns(_root.Path, _groups, TimeProvider.System);
        var orphan = Begin(dead);
        var heard = new TaskCompletionSource<int>();
        _output.Hearing = line =>
        {
            if (int.TryParse(line, CultureInfo.InvariantCulture, out var process))
            {
                heard.TrySetResult(process);
            }

            return Task.CompletedTask;
        };
        var running = orphan.RunAsync(["sh", "-c", "setsid sleep 600 & echo $$; exec sleep 600"], orphan.Folder, Path, TimeSpan.FromMinutes(5), Cancel);
        var orphaned = await heard.Task.WaitAsync(Cancel);
        dead.Dispose();

        var removed = await _runs.RemoveOrphansAsync(Cancel);

        Assert.Equal(1, removed);
        Assert.False(Signals.Runs(orphaned));
        Assert.False(Directory.Exists(orphan.Folder));
        Assert.True(Directory.Exists(living.Folder));
        Assert.Equal(0, await _runs.RemoveOrphansAsync(Cancel));
        var end = await running;
        Assert.Equal((ScriptVerdict.Signalled, 137), (end.Verdict, end.ExitCode));
        await orphan.DisposeAsync();
    }

    public void Dispose()
    {
        _cancel.Dispose();
        _runs.Dispose();
        _root.Dispose();
        GC.SuppressFinalize(this);
    }

    private ScriptRun Begin(ScriptRuns runs) => runs.Begin(Path, new ScriptLimits(), _output);

    private protected Task<CommandEnd> RunAsync(string line, ScriptLimits? limits = null) =>
        RunAsync(["sh", "-c", line], limits ?? new ScriptLimits());

    private async Task<CommandEnd> RunAsync(string[] arguments, ScriptLimits limits, Dictionary<string, string>? variables = null)
    {
        await using var run = _runs.Begin(Path, limits, _output);
        return await run.RunAsync(arguments, run.Temp, variables ?? [], limits.RunTimeout, _cancel.Token);
    }
}
