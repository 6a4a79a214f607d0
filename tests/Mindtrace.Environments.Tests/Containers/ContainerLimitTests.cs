using Mindtrace.Environments.Containers;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Tests.Containers;

public sealed class ContainerLimitTests : ContainerTest
{
    [Fact]
    public async Task Sleeper_EndsByTheTimeLimit_AndWhatItWroteIsKept()
    {
        Limits.RunTimeout = TimeSpan.FromSeconds(1);

        var result = await ShellAsync("echo before; sleep 600");

        Assert.Equal((ScriptVerdict.TimedOut, 137, "before\n"), (result.Verdict, result.ExitCode, result.Stdout));
        Assert.Contains("00:00:01", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MemoryHog_EndsByTheMemoryLimit()
    {
        Limits.MemoryBytes = 32 << 20;

        var result = await RunAsync(null, Cancel, "tail", "/dev/zero");

        Assert.Equal(ScriptVerdict.OutOfMemory, result.Verdict);
    }

    [Fact]
    public async Task MemoryHog_BelowAShell_EndsByTheMemoryLimit()
    {
        Limits.MemoryBytes = 32 << 20;

        var result = await ShellAsync("tail /dev/zero; exit 1");

        Assert.Equal((ScriptVerdict.OutOfMemory, 1), (result.Verdict, result.ExitCode));
    }

    [Fact]
    public async Task FilesInMemory_CountAsMemory()
    {
        Limits.MemoryBytes = 32 << 20;

        var result = await ShellAsync("dd if=/dev/zero of=/tmp/big bs=1M count=600", it => it with { ReadOnly = true });

        Assert.Equal(ScriptVerdict.OutOfMemory, result.Verdict);
    }

    [Fact]
    public async Task ForkBomb_EndsByTheProcessLimit()
    {
        Limits.Processes = 32;

        // The first process starts nothing once the bomb is lit: it is there whatever is refused.
        var result = await ShellAsync("bomb() { bomb | bomb; sleep 600; }; bomb & exec sleep 600");

        Assert.Equal(ScriptVerdict.TooManyProcesses, result.Verdict);
    }

    [Fact]
    public async Task AllProcessesThatAreAllowed_MayRun()
    {
        Limits.Processes = 8;

        // The shell itself and seven more, for long enough to be looked at.
        var result = await ShellAsync("for i in 1 2 3 4 5 6 7; do sleep 2.5 & done; wait");

        Assert.Equal((ScriptVerdict.Exited, 0), (result.Verdict, result.ExitCode));
    }

    [Fact]
    public async Task AllProcesses_WhereTheControlGroupCannotBeRead_CountAsTooMany()
    {
        using var folder = new TemporaryFolder();
        using var engine = new ContainerEngine(Policy);
        var container = await Image.LeaveBehindAsync(new Dictionary<string, string>(), Cancel, processes: 1);
        try
        {
            var end = await new ContainerWatch(engine, Limits, TimeProvider.System, folder.Path).WaitForLimitAsync(container, Cancel);

            Assert.Equal(ScriptVerdict.TooManyProcesses, end.Verdict);
        }
        finally
        {
            await Image.RemoveAsync(container);
        }
    }

    [Fact]
    public async Task EndlessPrinter_EndsByTheOutputLimit()
    {
        (Limits.OutputBytes, Limits.TailBytes) = (100_000, 1000);

        var result = await RunAsync(null, Cancel, "yes");

        Assert.Equal((ScriptVerdict.TooMuchOutput, 137), (result.Verdict, result.ExitCode));
        Assert.Equal(50_000, Output.Stdout.Count);
        Assert.Equal(1000, result.Stdout.Length);
    }

    [Fact]
    public async Task OutputOfExactlyTheLimit_IsWhole()
    {
        Limits.OutputBytes = 2000;

        var result = await ShellAsync("yes | head -n 1000");

        Assert.Equal((ScriptVerdict.Exited, 1000), (result.Verdict, Output.Stdout.Count));
    }

    [Fact]
    public async Task DiskHog_EndsByTheDiskLimit()
    {
        Limits.DiskBytes = 1 << 20;

        var result = await ShellAsync("dd if=/dev/zero of=/tmp/big bs=1M count=3 && sleep 600");

        Assert.Equal(ScriptVerdict.TooMuchDisk, result.Verdict);
    }

    [Fact]
    public async Task Cancellation_EndsAllThatTheCommandStarted()
    {
        using var cancelled = new CancellationTokenSource();
        Output.Hearing = _ => cancelled.CancelAsync();

        var result = await RunAsync(null, cancelled.Token, "sh", "-c", "trap '' TERM INT HUP; (setsid sleep 600 &); echo started; sleep 600");

        Assert.Equal((ScriptVerdict.Cancelled, 137), (result.Verdict, result.ExitCode));
    }

    [Fact]
    public async Task Cancellation_BeforeTheStart_RunsNothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var result = await RunAsync(null, cancelled.Token, "echo", "ran");

        Assert.Equal((ScriptVerdict.Cancelled, null, ""), (result.Verdict, result.ExitCode, result.Stdout));
    }

    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("TERM", 143)]
    [InlineData("SEGV", 139)]
    public async Task Signal_ThatIsNotOurs_IsTold(string signal, int code)
    {
        var result = await ShellAsync($"kill -{signal} $$");

        Assert.Equal((ScriptVerdict.Signalled, code), (result.Verdict, result.ExitCode));
    }

    [Fact]
    public async Task Background_ThatOutlivesTheCommand_EndsWithIt()
    {
        var result = await ShellAsync("sleep 600 & echo done");

        Assert.Equal((ScriptVerdict.Exited, "done\n"), (result.Verdict, result.Stdout));
    }

    [Fact]
    public async Task SlowListener_SlowsTheCommandDownAndLosesNothing()
    {
        using var gate = new SemaphoreSlim(0);
        Output.Hearing = line => line == "0" ? gate.WaitAsync(Cancel) : Task.CompletedTask;

        var run = ShellAsync("i=0; while [ $i -lt 20000 ]; do echo $i; i=$((i+1)); done");
        gate.Release();
        await run;

        Assert.Equal(20_000, Output.Stdout.Count);
    }
}
