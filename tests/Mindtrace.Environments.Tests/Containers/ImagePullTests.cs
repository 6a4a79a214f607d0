using Docker.DotNet;
using Docker.DotNet.Models;
using Mindtrace.Environments.Containers;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Tests.Containers;

public sealed class ImagePullTests : ContainerTest
{
    private const string Password = "correct horse";
    private readonly List<string> _pulled = [];

    public override async ValueTask DisposeAsync()
    {
        using var configuration = new DockerClientConfiguration();
        using var client = configuration.CreateClient();
        foreach (var image in _pulled)
        {
            await client.Images.DeleteImageAsync(image, new ImageDeleteParameters { Force = true }, CancellationToken.None);
        }

        await base.DisposeAsync();
    }

    [Fact]
    public async Task Image_ThatIsMissing_IsPulledOnceAndToldByItsDigest()
    {
        Policy.Pull = ImagePull.Missing;
        await using var registry = await ImageRegistry.StartAsync(Image.Name, Cancel);
        var name = $"{registry.Host}/team/tool:1";
        _pulled.Add(name);

        var first = await RunAsync(it => it with { Image = name }, Cancel, "echo", "ran");
        var requests = registry.Requests.Count;
        var second = await RunAsync(it => it with { Image = name }, Cancel, "echo", "ran");

        Assert.Equal(("ran\n", registry.Digest), (first.Stdout, first.ImageDigest));
        Assert.Equal(("ran\n", registry.Digest), (second.Stdout, second.ImageDigest));
        Assert.Equal($"{registry.Host}/team/tool@{registry.Digest}", first.PinnedImage);
        Assert.Equal(requests, registry.Requests.Count);
        Assert.Equal($"Pulling {name}", Output.Environment[0]);
        Assert.Contains(Output.Environment, line => line.Contains(registry.Digest, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Image_ByDigest_IsPulledByIt()
    {
        Policy.Pull = ImagePull.Missing;
        await using var registry = await ImageRegistry.StartAsync(Image.Name, Cancel);
        var name = $"{registry.Host}/team/tool@{registry.Digest}";
        _pulled.Add(name);

        var result = await RunAsync(it => it with { Image = name }, Cancel, "echo", "ran");

        Assert.Equal(("ran\n", registry.Digest), (result.Stdout, result.ImageDigest));
    }

    [Fact]
    public async Task Registry_ThatAsksForAPassword_GetsTheOneOfTheReference()
    {
        Policy.Pull = ImagePull.Missing;
        await using var registry = await ImageRegistry.StartAsync(Image.Name, Cancel, "me", Password);
        Policy.Registries["test"] = new RegistryCredentials { Registry = registry.Host, Username = "me", Password = Password };
        var name = $"{registry.Host}/team/tool:1";
        _pulled.Add(name);

        var result = await ShellAsync("env; cat /proc/1/environ", it => it with { Image = name, RegistryCredentials = "test" });

        Assert.Equal(ScriptVerdict.Exited, result.Verdict);
        Assert.DoesNotContain(Output.All, line => line.Contains(Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Registry_ThatAsksForAPassword_GetsNoneWithoutAReference()
    {
        Policy.Pull = ImagePull.Missing;
        await using var registry = await ImageRegistry.StartAsync(Image.Name, Cancel, "me", Password);
        Policy.Registries["test"] = new RegistryCredentials { Registry = registry.Host, Username = "me", Password = Password };

        var result = await RunAsync(it => it with { Image = $"{registry.Host}/team/tool:1" }, Cancel, "true");

        Assert.Equal((ScriptVerdict.EnvironmentFailed, "pull"), (result.Verdict, result.FailedStep));
    }

    [Fact]
    public async Task Registry_ThatIsNotThere_IsToldInTheEnginesWords()
    {
        Policy.Pull = ImagePull.Missing;

        var result = await RunAsync(it => it with { Image = "127.0.0.1:1/team/tool:1" }, Cancel, "true");

        Assert.Equal((ScriptVerdict.EnvironmentFailed, "pull"), (result.Verdict, result.FailedStep));
        Assert.Contains("127.0.0.1:1", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_ThatHangs_EndsWithTheJob()
    {
        Policy.Pull = ImagePull.Missing;
        using var silent = new SilentServer();
        using var cancelled = new CancellationTokenSource();
        Output.Hearing = _ => cancelled.CancelAsync();

        var result = await RunAsync(it => it with { Image = $"{silent.Host}/team/tool:1" }, cancelled.Token, "true");

        Assert.Equal(ScriptVerdict.Cancelled, result.Verdict);
    }

    [Fact]
    public async Task Pull_ThatHangs_EndsByTheTimeLimit()
    {
        (Policy.Pull, Limits.SetupTimeout) = (ImagePull.Missing, TimeSpan.FromSeconds(1));
        using var silent = new SilentServer();

        var result = await RunAsync(it => it with { Image = $"{silent.Host}/team/tool:1" }, Cancel, "true");

        Assert.Equal((ScriptVerdict.EnvironmentFailed, "pull"), (result.Verdict, result.FailedStep));
        Assert.Contains("00:00:01", result.Reason, StringComparison.Ordinal);
    }
}
