using System.Text.Json;
using Mindtrace.Environments.Containers;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Tests.Containers;

public sealed class VolumeRulesTests : IDisposable
{
    private static readonly Uri Engine = new("unix:///var/run/docker.sock");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rw", false)]
    [InlineData("ro", true)]
    public void Volume_InAnAllowedRoot_IsMounted(string mode, bool isReadOnly)
    {
        var data = _folder.Folder("data");

        var mount = Rules(_folder.Path).Allow(data, new ContainerVolume("/data", mode));

        Assert.Equal(("bind", data, "/data", isReadOnly), (mount.Type, mount.Source, mount.Target, mount.ReadOnly));
    }

    [Fact]
    public void Volume_ThroughALinkThatStaysInside_IsMountedByItsRealPath()
    {
        var data = _folder.Folder("data");

        var mount = Rules(_folder.Path).Allow(_folder.Link("link", data), new ContainerVolume("/data"));

        Assert.Equal(data, mount.Source);
    }

    [Fact]
    public void Root_ThatIsALink_AllowsWhatItLeadsTo()
    {
        var data = _folder.Folder("data");

        var mount = Rules(_folder.Link("link", data)).Allow(data, new ContainerVolume("/data"));

        Assert.Equal(data, mount.Source);
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("/")]
    [InlineData("/proc/self/root/etc")]
    [InlineData("relative")]
    [InlineData("named-volume")]
    [InlineData("")]
    [InlineData("~/x")]
    [InlineData("ROOT/../../etc")]
    [InlineData("ROOT-evil")]
    [InlineData("ROOT/link-to-etc")]
    [InlineData("ROOT/link-to-etc/ssl")]
    [InlineData("ROOT/link-to-link")]
    [InlineData("ROOT/circle")]
    public void Volume_ThatLeadsOut_IsRefused(string path)
    {
        var root = _folder.Folder("root");
        _folder.Folder("root-evil");
        _folder.Link("root/link-to-etc", "/etc");
        _folder.Link("root/link-to-link", "link-to-etc");
        _folder.Link("root/circle", "circle");

        Refused(path.Replace("ROOT", root, StringComparison.Ordinal), Rules(root));
    }

    [Theory]
    [InlineData("/var/run/docker.sock")]
    [InlineData("/run/docker.sock")]
    [InlineData("/var/run")]
    [InlineData("/run")]
    [InlineData("/run/../run/")]
    [InlineData("/var/run/../../run/docker.sock")]
    [InlineData("/")]
    [InlineData("/run/containerd")]
    [InlineData("LINK")]
    [InlineData("LINK/docker.sock")]
    public void EngineSocket_EvenWhereAllIsAllowed_IsRefused(string path)
    {
        var link = _folder.Link("link", "/var/run");

        var refusal = Refused(path.Replace("LINK", link, StringComparison.Ordinal), Rules("/"));

        Assert.Contains("socket", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EngineSocket_AtAnUnusualPlace_IsRefusedToo()
    {
        var socket = _folder.File("engine.sock");
        var rules = new VolumeRules(new ContainerPolicy { AllowedVolumeRoots = { _folder.Path } }, new Uri($"unix://{socket}"));

        Refused(socket, rules);
        Refused(_folder.Path, rules);
    }

    [Fact]
    public void Root_ForReading_AllowsNoWriting()
    {
        var rules = Rules($"{_folder.Path}:ro");

        rules.Allow(_folder.Path, new ContainerVolume("/data", "ro"));
        Refused(_folder.Path, rules);
    }

    [Theory]
    [InlineData("data", "rw")]
    [InlineData("/data/../etc", "rw")]
    [InlineData("/data", "rw,shared")]
    [InlineData("/data", "")]
    public void Volume_WithAnOddPlaceOrMode_IsRefused(string bind, string mode) =>
        Assert.Throws<ScriptRefusedException>(() => Rules(_folder.Path).Allow(_folder.Path, new ContainerVolume(bind, mode)));

    [Fact]
    public void Volume_WithoutAnyRoot_IsRefused() => Refused(_folder.Path, Rules());

    [Theory]
    [InlineData("\"/data\"", "/data", "rw")]
    [InlineData("""{"bind":"/data"}""", "/data", "rw")]
    [InlineData("""{"bind":"/data","mode":"ro"}""", "/data", "ro")]
    public void Volume_InJson_IsAPlaceOrPlaceAndMode(string json, string bind, string mode) =>
        Assert.Equal(new ContainerVolume(bind, mode), JsonSerializer.Deserialize<ContainerVolume>(json));

    [Theory]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("""{"bind":1}""")]
    [InlineData("[]")]
    public void Volume_InJsonOfAnotherForm_IsAnError(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ContainerVolume>(json));

    private static VolumeRules Rules(params string[] roots)
    {
        var policy = new ContainerPolicy();
        foreach (var root in roots)
        {
            policy.AllowedVolumeRoots.Add(root);
        }

        return new VolumeRules(policy, Engine);
    }

    private static ScriptRefusedException Refused(string path, VolumeRules rules)
    {
        var refusal = Assert.Throws<ScriptRefusedException>(() => rules.Allow(path, new ContainerVolume("/data")));
        Assert.Equal("Scripts:Containers:AllowedVolumeRoots", refusal.Rule);
        return refusal;
    }
}
