using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Cli.Tests;

/// <summary>With which keys a machine becomes a node. That it does so with the right one, tests of nodes on other machines show.</summary>
public sealed class NodeCommandTests(RunningCluster cluster)
{
    // Of a node: it would end at once, and the command with it.
    private static readonly string Program = Environment.ProcessPath!;

    [Fact]
    public async Task Join_WithTheKeyOfTheCluster_IsRefusedAndSaysHowToGetAnother() =>
        AssertRefused("opens more than a node needs", await JoinAsync(cluster.ApiKey));

    [Theory]
    [InlineData("opens more than a node needs", Role.Node, Role.Viewer)]
    [InlineData("lacks the role node", Role.Worker)]
    [InlineData("lacks the role node", Role.Admin)]
    public async Task Join_WithAKeyOfOtherRoles_IsRefusedAndSaysHowToGetAnother(string reason, params Role[] roles)
    {
        var key = await cluster.Client.CreateKeyAsync(
            new CreateKeyRequest(KeyName.Parse($"join-{Guid.NewGuid():N}"), roles), TestContext.Current.CancellationToken);

        AssertRefused(reason, await JoinAsync(key.Key));
    }

    private Task<CommandRun> JoinAsync(string key) =>
        CommandRun.StartAsync("", "--url", cluster.Url.AbsoluteUri, "--api-key", key, "nodes", "join", cluster.Url.AbsoluteUri, "--program", Program);

    private static void AssertRefused(string reason, CommandRun run)
    {
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.Contains("mindtrace keys create NAME --role node", run.Error, StringComparison.Ordinal);
    }
}
