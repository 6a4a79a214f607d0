extern alias node;

using node::Mindtrace.Node.Membership;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>Connection settings that name the manager's machine by its loopback address, as another machine takes them.</summary>
public sealed class LoopbackSettingsTests
{
    private static readonly Uri Here = new("http://127.0.0.1:8002");

    // Nothing is sent there: an address that is nobody's tells where the manager is.
    private static readonly Uri Elsewhere = new("http://198.51.100.7:8002");

    [Theory]
    [InlineData("localhost:6379,password=localhost", "plant:6379,password=localhost")]
    [InlineData("127.0.0.1:6379,127.0.0.1:6380,ssl=false", "plant:6379,plant:6380,ssl=false")]
    [InlineData("[::1]:6379", "plant:6379")]
    [InlineData("redis.internal:6379", "redis.internal:6379")]
    [InlineData("localhosts:6379", "localhosts:6379")]
    [InlineData("amqp://user:pass@localhost:5672/jobs", "amqp://user:pass@plant:5672/jobs")]
    [InlineData("amqp://localhost", "amqp://plant")]
    [InlineData("amqp://localhost:127.0.0.1@broker:5672", "amqp://localhost:127.0.0.1@broker:5672")]
    [InlineData("Endpoint=http://127.0.0.1:9000;AccessKey=localhost;SecretKey=s", "Endpoint=http://plant:9000;AccessKey=localhost;SecretKey=s")]
    [InlineData("/var/lib/mindtrace/registry", "/var/lib/mindtrace/registry")]
    public void Rewrite_LoopbackHosts_AreTheGivenOneAndNothingElseIs(string setting, string expected) =>
        Assert.Equal(expected, LoopbackSettings.Rewrite(setting, "plant"));

    [Fact]
    public async Task ReadHere_ManagerOnThisMachine_SettingsStay()
    {
        var settings = new Dictionary<string, string> { ["ConnectionStrings:redis"] = "localhost:6379" };
        Assert.Same(settings, await LoopbackSettings.ReadHereAsync(settings, Here, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ReadHere_ManagerElsewhere_SettingsNameItsMachine()
    {
        var settings = new Dictionary<string, string> { ["ConnectionStrings:redis"] = "localhost:6379", ["Queue:Backend"] = "Redis" };
        var read = await LoopbackSettings.ReadHereAsync(settings, Elsewhere, TestContext.Current.CancellationToken);
        Assert.Equal("198.51.100.7:6379", read["ConnectionStrings:redis"]);
        Assert.Equal("Redis", read["Queue:Backend"]);
    }
}
