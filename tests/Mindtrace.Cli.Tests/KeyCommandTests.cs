using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Cli.Tests;

public sealed class KeyCommandTests(RunningCluster cluster)
{
    [Fact]
    public async Task Keys_CreatedListedUsedRevoked()
    {
        var name = $"cli-{Guid.NewGuid():N}";

        var made = await cluster.RunAsync("keys", "create", name, "--role", "viewer", "--role", "Node", "--expires-in-days", "2");
        Assert.Equal(("", ExitCode.Success), (made.Error, made.Code));
        var key = made.Output.Trim();
        Assert.Matches($"{name} +viewer node", (await cluster.RunAsync("keys", "list")).Text);
        Assert.Equal(ExitCode.Success, (await RunAsync(key, "job-types", "list")).Code);
        var refused = await RunAsync(key, "keys", "list");
        Assert.Equal(ExitCode.Denied, refused.Code);
        Assert.Contains($"The key '{name}' lacks the role admin.", refused.Error, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Success, (await cluster.RunAsync("keys", "revoke", name)).Code);
        Assert.DoesNotContain(name, (await cluster.RunAsync("keys", "list")).Text, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, (await cluster.RunAsync("keys", "revoke", name)).Code);
    }

    [Fact]
    public async Task Audit_ShowsWhatWasDoneToAKey()
    {
        var name = $"cli-{Guid.NewGuid():N}";
        await cluster.RunAsync("keys", "create", name, "--role", "viewer");
        await cluster.RunAsync("keys", "revoke", name);

        var table = await cluster.RunAsync("audit", "--target", name);
        var json = await cluster.RunAsync("audit", "--target", name, "--operation", "revoke_key", "--json");

        Assert.Equal(ExitCode.Success, table.Code);
        Assert.Matches($"(?s)api key +revoke_key +{name}.*api key +create_key +{name}.*2 entries", table.Text);
        var page = System.Text.Json.JsonSerializer.Deserialize<ListAuditResponse>(json.Output, ServiceJson.Options)!;
        Assert.Equal("revoke_key", Assert.Single(page.Entries).Operation);
    }

    [Fact]
    public async Task Create_Json_IsWhatTheManagerAnswered()
    {
        var name = KeyName.Parse($"cli-{Guid.NewGuid():N}");
        var run = await cluster.RunAsync("keys", "create", name.Value, "--role", "viewer", "--json");

        var made = System.Text.Json.JsonSerializer.Deserialize<CreateKeyResponse>(run.Output, ServiceJson.Options)!;

        Assert.Equal(name, made.Name);
        Assert.StartsWith($"mtk.{name}.", made.Key, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keys", "create", "a")]
    [InlineData("keys", "create", "a", "--role", "king")]
    [InlineData("keys", "create", "a", "--role", "17")]
    [InlineData("keys", "create", "a b", "--role", "viewer")]
    [InlineData("keys", "create", "a", "--role", "viewer", "--expires-in-days", "0")]
    [InlineData("keys", "create", "a", "--role", "viewer", "--expires-in-days", "soon")]
    public async Task Create_ArgumentIsWrong_IsAnErrorOfUsage(params string[] arguments) =>
        Assert.Equal(ExitCode.Usage, (await cluster.RunAsync(arguments)).Code);

    private Task<CommandRun> RunAsync(string key, params string[] arguments) =>
        CommandRun.StartAsync("", ["--url", cluster.Url.AbsoluteUri, "--api-key", key, .. arguments]);
}
