using Mindtrace.Environments.Containers;
using Mindtrace.Environments.Scripts;
using Mindtrace.Environments.Tests.Scripts;

namespace Mindtrace.Environments.Tests.Containers;

public sealed class ContainerFaultTests : ContainerTest
{
    [Fact]
    public async Task Engine_LostWhileTheCommandRuns_FailsTheRunAndTellsWhatIsLeft()
    {
        using var proxy = new EngineProxy();
        Policy.Engine = proxy.Address;
        Output.Hearing = line =>
        {
            if (line == "started")
            {
                proxy.Cut();
            }

            return Task.CompletedTask;
        };

        var result = await ShellAsync("echo started; sleep 600");

        var left = Assert.Single(await Image.ContainersOfAsync(JobId, Cancel));
        await Image.RemoveAsync(left.ID);
        Assert.Equal((ScriptVerdict.EnvironmentFailed, "run", "started\n"), (result.Verdict, result.FailedStep, result.Stdout));
        Assert.Contains(Output.Environment, line => line.Contains(left.Names[0].TrimStart('/'), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Jobs_ThatMeetTheirLimits_LeaveOthersAlone()
    {
        using var runner = new ContainerRunner(Policy, TimeProvider.System);
        var sleeper = EndAsync(new() { RunTimeout = TimeSpan.FromSeconds(2) }, "sleep 600");
        var hog = EndAsync(new() { MemoryBytes = 32 << 20 }, "tail /dev/zero");
        var printer = EndAsync(new() { OutputBytes = 10_000 }, "yes");
        var bomb = EndAsync(new() { Processes = 32 }, "bomb() { bomb | bomb; sleep 600; }; bomb & exec sleep 600");
        var others = Enumerable.Range(0, 6).Select(OtherAsync).ToList();

        Assert.Equal(
            [ScriptVerdict.TimedOut, ScriptVerdict.OutOfMemory, ScriptVerdict.TooMuchOutput, ScriptVerdict.TooManyProcesses],
            await Task.WhenAll(sleeper, hog, printer, bomb));
        Assert.All(await Task.WhenAll(others), lines => Assert.Equal(Enumerable.Range(0, 3000).Select(line => $"{line}"), lines));

        async Task<ScriptVerdict> EndAsync(ScriptLimits limits, string line) => (await RunAsync(limits, line, Output)).Verdict;

        async Task<IReadOnlyList<string>> OtherAsync(int number)
        {
            var output = new RecordedOutput();
            var result = await RunAsync(Limits, $"i=0; while [ $i -lt 3000 ]; do echo $i; i=$((i+1)); done; exit {number % 3}", output);
            Assert.Equal((ScriptVerdict.Exited, number % 3), (result.Verdict, result.ExitCode));
            return output.Stdout;
        }

        Task<ScriptResult> RunAsync(ScriptLimits limits, string line, IScriptOutput output) => runner.RunAsync(
            new ContainerEnvironment(Image.Name), ScriptCommand.Shell(line) with { JobId = JobId }, limits, output, Cancel);
    }
}
