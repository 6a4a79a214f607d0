namespace Mindtrace.Cli.Tests;

/// <summary>What a shell completes.</summary>
public sealed class CompletionTests(RunningCluster cluster)
{
    [Fact]
    public async Task Suggest_BeginningOfACommand_CompletesIt() =>
        Assert.Equal(["job-types", "jobs"], await SuggestAsync("mindtrace job"));

    [Fact]
    public async Task Suggest_NamesOfTheCluster_AreAskedFor()
    {
        var type = (await cluster.NewTypeAsync()).Value;
        await cluster.RunAsync("types", "register", type, "EchoWorker", "--job-type", type);
        await cluster.RunAsync("submit", type, "{}", "--id", $"{type}-1");
        var connection = $"--url {cluster.Url} --api-key {cluster.ApiKey}";

        Assert.Equal([type], await SuggestAsync($"mindtrace {connection} submit {type[..20]}"));
        Assert.Equal([type], await SuggestAsync($"mindtrace {connection} workers launch {type[..20]}"));
        Assert.Equal([$"{type}-1"], await SuggestAsync($"mindtrace {connection} jobs show {type}"));
        Assert.Contains(await SuggestAsync($"mindtrace {connection} workers logs "), name => Guid.TryParse(name, out _));
    }

    [Fact]
    public async Task Suggest_NoClusterAnswers_CompletesNothing() =>
        Assert.DoesNotContain(await SuggestAsync($"mindtrace --url http://127.0.0.1:9 --api-key {cluster.ApiKey} submit ech"), name => name.StartsWith("echo", StringComparison.Ordinal));

    [Fact]
    public async Task Help_ArgumentsThatAreCompleted_AreShownByTheirNames() =>
        Assert.Matches("<type> +The job type", (await cluster.RunAsync("submit", "--help")).Output);

    [Theory]
    [InlineData("bash", "complete -F _mindtrace mindtrace")]
    [InlineData("zsh", "compdef _mindtrace mindtrace")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName mindtrace")]
    public async Task Completion_OfAShell_IsItsScript(string shell, string expected)
    {
        var run = await CommandRun.StartAsync("", "completion", shell);

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }

    private static async Task<string[]> SuggestAsync(string line) =>
        (await CommandRun.StartAsync("", $"[suggest:{line.Length}]", line)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
