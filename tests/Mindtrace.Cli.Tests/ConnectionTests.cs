using Mindtrace.Cli.Connection;
using Mindtrace.TestServers;

namespace Mindtrace.Cli.Tests;

/// <summary>How the cluster is found, and what is said when it is not.</summary>
public sealed class ConnectionTests(RunningCluster cluster)
{
    private static readonly Uri Typed = new("http://typed:1/");

    [Fact]
    public void Address_Typed_GoesBeforeTheEnvironment()
    {
        var address = ClusterAddress.Find(Typed, "typed-key", profile: null, Variables("http://set:2/", "set-key"));

        Assert.Equal((Typed, "typed-key", "--url"), (address.Url, address.ApiKey, address.Source));
    }

    [Fact]
    public void Address_OfTheEnvironment_IsTaken()
    {
        var address = ClusterAddress.Find(url: null, apiKey: null, profile: null, Variables("http://set:2/", "set-key"));

        Assert.Equal((new Uri("http://set:2/"), "set-key", ClusterAddress.UrlVariable), (address.Url, address.ApiKey, address.Source));
    }

    [Fact]
    public void Address_OfTheEnvironment_NoUrl_IsNamed()
    {
        var fault = Assert.Throws<UsageException>(() => ClusterAddress.Find(url: null, apiKey: null, profile: null, Variables("localhost", "set-key")));

        Assert.Equal("MINDTRACE_URL is 'localhost': expected a URL such as http://localhost:8002.", fault.Message);
    }

    [Fact]
    public void Profile_IsRead()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, """{"plant":{"url":"http://plant:8002/","api_key":"plant-key"}}""");

        var profile = Profiles.Read(path, "plant");
        var unknown = Assert.Throws<UsageException>(() => Profiles.Read(path, "lab"));

        File.Delete(path);
        Assert.Equal((new Uri("http://plant:8002/"), "plant-key"), (profile.Url, profile.ApiKey));
        Assert.EndsWith("has no profile 'lab'. It has: plant.", unknown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"plant":{"url":5}}""")]
    [InlineData("plant")]
    public void Profile_Malformed_IsRefused(string content)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, content);

        Assert.StartsWith("The profile 'plant' cannot be read", Assert.Throws<UsageException>(() => Profiles.Read(path, "plant")).Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public async Task Manager_NotThere_IsUnreachable()
    {
        var run = await CommandRun.StartAsync("", "--url", $"http://127.0.0.1:{LoopbackPort.FindFree()}", "--api-key", "some-key", "status");

        Assert.Equal(ExitCode.Unreachable, run.Code);
        Assert.Contains("Check that it runs", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_Wrong_IsDenied()
    {
        var run = await CommandRun.StartAsync("", "--url", cluster.Url.AbsoluteUri, "--api-key", "wrong-key", "status");

        Assert.Equal(ExitCode.Denied, run.Code);
        Assert.Contains("401", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("The key was that of --api-key.", run.Error.Trim(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("submit", "echo_job", "{no json")]
    [InlineData("submit", "a job type with blanks")]
    [InlineData("types", "register", "echo", "EchoWorker", "--param", "delay")]
    public async Task Arguments_Malformed_AreRefused(params string[] arguments)
    {
        var run = await cluster.RunAsync(arguments);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.NotEmpty(run.Error);
    }

    private static Func<string, string?> Variables(string url, string key) => name => name switch
    {
        ClusterAddress.UrlVariable => url,
        ClusterAddress.ApiKeyVariable => key,
        _ => null,
    };
}
