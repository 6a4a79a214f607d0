using System.Text.Json;

namespace Mindtrace.Cli.Tests;

public sealed class OverviewCommandTests(RunningCluster cluster)
{
    [Fact]
    public async Task Queues_JobsWait_AreCountedAndCleared()
    {
        var type = (await cluster.NewTypeAsync()).Value;
        await cluster.RunAsync("submit", type, "{}");
        await cluster.RunAsync("submit", type, "{}", "--not-before", "2126-05-01T06:00:00Z");

        var waiting = await cluster.RunAsync("queues");
        var cleared = await cluster.RunAsync("queues", "clear", type);
        var afterwards = await cluster.RunAsync("queues");

        Assert.Matches($@"{type} +1 +\d+s +1 +0 +0", waiting.Text);
        Assert.Equal((ExitCode.Success, $"The queue {type} is empty"), (cleared.Code, cleared.Text.Trim()));
        Assert.Matches($@"{type} +0 +0 +0", afterwards.Text);
    }

    [Fact]
    public async Task JobType_RegisteredWithASchema_IsListedAndEnforced()
    {
        var type = $"cli-{Guid.NewGuid():N}";

        var registered = await cluster.RunAsync(
            "job-types", "register", type, "--description", "Counts words.", "--max-attempts", "3", "--input-schema", """{"type":"object","required":["text"]}""");
        var listed = await cluster.RunAsync("job-types", "list");
        var refused = await cluster.RunAsync("submit", type, "{}");

        Assert.Equal((ExitCode.Success, $"{type} is registered"), (registered.Code, registered.Text.Trim()));
        Assert.Matches($"{type} +its queue +3 +Counts words.", listed.Text);
        Assert.Equal(ExitCode.Refused, refused.Code);
    }

    [Fact]
    public async Task Top_Once_ShowsNodesQueuesAndWorkers()
    {
        var run = await cluster.RunAsync("top", "--once");

        Assert.Equal(("", ExitCode.Success), (run.Error, run.Code));
        Assert.Contains("1 of 1 nodes", run.Text, StringComparison.Ordinal);
        Assert.Matches($"{RunningCluster.EchoJob} +0 ", run.Text);
        Assert.Matches($@"[0-9a-f-]{{36}} +idle +\S*{RunningCluster.EchoJob}", run.Text);
    }

    [Fact]
    public async Task Top_Json_IsOneSnapshot()
    {
        var seen = JsonElement.Parse((await cluster.RunAsync("top", "--json")).Output);

        Assert.NotEqual(0, seen.GetProperty("workers").GetArrayLength());
        Assert.NotEqual(0, seen.GetProperty("jobs").GetProperty("job_types").GetArrayLength());
    }

    [Fact]
    public async Task Top_OnATerminal_IsDrawnAgainUntilItIsLeft()
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var screen = new LiveScreen(drawings: 3, leave);

        var code = await cluster.RunOnAsync(screen.Console, leave.Token, "top", "--interval", "0.5");

        Assert.Equal(ExitCode.Success, code);
        Assert.True(screen.Drawings >= 3);
    }
}
