using Docker.DotNet.Models;
using Mindtrace.Environments.Containers;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Tests.Containers;

/// <summary>What the engine is asked for: no engine takes part.</summary>
public sealed class ContainerRequestTests : IDisposable
{
    private static readonly ContainerEnvironment Ubuntu = new("ubuntu:22.04");
    private readonly TemporaryFolder _folder = new();
    private readonly ContainerPolicy _policy = new() { AllowedImages = { "ubuntu" } };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Container_OfAnyJob_IsIsolated()
    {
        var host = Request(Ubuntu).HostConfig;

        Assert.Equal(["ALL"], host.CapDrop);
        Assert.Null(host.CapAdd);
        Assert.Equal(["no-new-privileges"], host.SecurityOpt);
        Assert.False(host.Privileged);
        Assert.Equal("none", host.NetworkMode);
        Assert.Equal("private", host.IpcMode);
        Assert.All(new[] { host.PidMode, host.UTSMode, host.UsernsMode }, Assert.Null);
        Assert.True(host.Init);
        Assert.Equal("none", host.LogConfig.Type);
        Assert.Empty(host.Mounts);
        Assert.Null(host.Devices);
    }

    [Fact]
    public void Container_OfAnyJob_HasTheLimits()
    {
        var host = Request(Ubuntu, new ScriptLimits { MemoryBytes = 64 << 20, Cpus = 1.5, Processes = 20 }).HostConfig;

        Assert.Equal((64 << 20, 64 << 20, 1_500_000_000, 21), (host.Memory, host.MemorySwap, host.NanoCPUs, host.PidsLimit));
    }

    [Fact]
    public void Devices_OfAJob_AreOneRequestForGpus()
    {
        _policy.AllowedDevices.Add("*");

        var request = Assert.Single(Request(Ubuntu with { Devices = ["0", "GPU-1234"] }).HostConfig.DeviceRequests);

        Assert.Equal(["0", "GPU-1234"], request.DeviceIDs);
        Assert.Equal(["gpu"], Assert.Single(request.Capabilities));
        Assert.Equal(0, request.Count);
    }

    [Theory]
    [InlineData(null, "GPU-1,GPU-2")]
    [InlineData("all", "GPU-1,GPU-2")]
    [InlineData("GPU-2", "GPU-2")]
    public void Devices_SetAsideForTheWorker_AreThoseOfItsContainers(string? wanted, string expected)
    {
        _policy.AllowedDevices.Add("*");
        _policy.ReservedDevices.Add("GPU-1");
        _policy.ReservedDevices.Add("GPU-2");

        var request = Assert.Single(Request(Ubuntu with { Devices = wanted?.Split(',') }).HostConfig.DeviceRequests);

        Assert.Equal(expected.Split(','), request.DeviceIDs);
        Assert.Throws<ScriptRefusedException>(() => Request(Ubuntu with { Devices = ["GPU-3"] }));
    }

    [Fact]
    public void Devices_None_AreNoRequest()
    {
        Assert.Empty(Request(Ubuntu).HostConfig.DeviceRequests);
        Assert.Empty(Request(Ubuntu with { Devices = [] }).HostConfig.DeviceRequests);
    }

    [Fact]
    public void Devices_NotAllowed_AreRefused()
    {
        _policy.AllowedDevices.Add("0");

        Refused("Scripts:Containers:AllowedDevices", Ubuntu with { Devices = ["0", "1"] });
    }

    [Fact]
    public void Image_NotAllowed_IsRefused()
    {
        Refused("Scripts:Containers:AllowedImages", new ContainerEnvironment("evil.example/ubuntu"));
        _policy.AllowedImages.Clear();
        Refused("Scripts:Containers:AllowedImages", Ubuntu);
    }

    [Fact]
    public void Image_ThatIsNoName_IsRefused() => Refused("environment.docker.image", new ContainerEnvironment("--privileged"));

    [Theory]
    [InlineData("host")]
    [InlineData("container:mindtrace-manager")]
    [InlineData("bridge")]
    [InlineData("ns:/proc/1/ns/net")]
    public void Network_NotAllowed_IsRefused(string network) => Refused("Scripts:Containers:AllowedNetworks", Ubuntu with { Network = network });

    [Theory]
    [InlineData("host")]
    [InlineData("container:mindtrace-manager")]
    public void Network_OfOthers_IsRefusedEvenWhereAllowed(string network)
    {
        _policy.AllowedNetworks.Add(network);

        Refused("Scripts:Containers:AllowedNetworks", Ubuntu with { Network = network });
        Assert.NotEmpty(_policy.Validate(new(_policy)));
    }

    [Fact]
    public void Network_Allowed_IsGiven()
    {
        _policy.AllowedNetworks.Add("bridge");

        Assert.Equal("bridge", Request(Ubuntu with { Network = "bridge" }).HostConfig.NetworkMode);
        Assert.Equal("none", Request(Ubuntu).HostConfig.NetworkMode);
    }

    [Fact]
    public void Ports_Allowed_AreOnTheLoopbackOnly()
    {
        (_policy.AllowPorts, _policy.DefaultNetwork) = (true, "bridge");

        var request = Request(Ubuntu with { Ports = new Dictionary<string, int?> { ["8080"] = 18080, ["53/udp"] = null } });

        Assert.Equal(["8080/tcp", "53/udp"], request.ExposedPorts.Keys);
        var (tcp, udp) = (Assert.Single(request.HostConfig.PortBindings["8080/tcp"]), Assert.Single(request.HostConfig.PortBindings["53/udp"]));
        Assert.Equal(("127.0.0.1", "18080", "127.0.0.1", "0"), (tcp.HostIP, tcp.HostPort, udp.HostIP, udp.HostPort));
    }

    [Theory]
    [InlineData(false, "bridge", "80", "Scripts:Containers:AllowPorts")]
    [InlineData(true, "none", "80", "environment.docker.ports")]
    [InlineData(true, "bridge", "0.0.0.0:80", "environment.docker.ports")]
    [InlineData(true, "bridge", "80-90", "environment.docker.ports")]
    public void Ports_NotAllowedOrNone_AreRefused(bool allowPorts, string network, string port, string rule)
    {
        (_policy.AllowPorts, _policy.DefaultNetwork) = (allowPorts, network);

        Refused(rule, Ubuntu with { Ports = new Dictionary<string, int?> { [port] = 1 } });
    }

    [Theory]
    [InlineData("")]
    [InlineData("root")]
    [InlineData("0")]
    [InlineData("0:0")]
    [InlineData("root:staff")]
    public void User_RootOfTheImage_BecomesNobody(string imageUser)
    {
        var request = Request(Ubuntu, image: new Config { User = imageUser });

        Assert.Equal("65534:65534", request.User);
        Assert.Contains("HOME=/tmp", request.Env);
    }

    [Fact]
    public void User_OfTheImage_StaysWhenItIsNotRoot() => Assert.Null(Request(Ubuntu, image: new Config { User = "app" }).User);

    [Fact]
    public void User_OfTheJob_IsGiven() => Assert.Equal("1000:1000", Request(Ubuntu with { User = "1000:1000" }).User);

    [Theory]
    [InlineData("0", "Scripts:Containers:AllowRoot")]
    [InlineData("000:1000", "Scripts:Containers:AllowRoot")]
    [InlineData("toor", "environment.docker.user")]
    [InlineData("-1", "environment.docker.user")]
    public void User_ThatMayBeRoot_IsRefused(string user, string rule) => Refused(rule, Ubuntu with { User = user });

    [Fact]
    public void User_Root_IsGivenWhereAllowed()
    {
        _policy.AllowRoot = true;

        Assert.Equal("0", Request(Ubuntu with { User = "0" }).User);
        Assert.Null(Request(Ubuntu).User);
    }

    [Fact]
    public void Home_OfTheJob_Stays()
    {
        var request = Request(Ubuntu with { Environment = new Dictionary<string, string> { ["HOME"] = "/work" } });

        Assert.Equal(["HOME=/work"], request.Env);
    }

    [Theory]
    [InlineData("")]
    [InlineData("A=B")]
    [InlineData("A\0B")]
    public void Variable_ThatIsNone_IsRefused(string name) =>
        Refused("environment.docker.environment", Ubuntu with { Environment = new Dictionary<string, string> { [name] = "x" } });

    [Fact]
    public void GoogleKey_OfThePolicy_IsGivenToEveryJob()
    {
        _policy.GoogleCredentialsFile = _folder.File("key.json");

        var request = Request(Ubuntu);

        var mount = Assert.Single(request.HostConfig.Mounts);
        Assert.Equal((_policy.GoogleCredentialsFile, "/tmp/keys/gcp_service_acc_key.json", true), (mount.Source, mount.Target, mount.ReadOnly));
        Assert.Contains("GOOGLE_APPLICATION_CREDENTIALS=/tmp/keys/gcp_service_acc_key.json", request.Env);
    }

    [Fact]
    public void GoogleKey_OfTheJob_IsGivenWhereItMayMountIt()
    {
        _policy.AllowedVolumeRoots.Add($"{_folder.Path}:ro");
        var key = _folder.File("theirs.json");

        var request = Request(Ubuntu with { Environment = new Dictionary<string, string> { ["GOOGLE_APPLICATION_CREDENTIALS"] = key } });

        Assert.Equal(key, Assert.Single(request.HostConfig.Mounts).Source);
        Assert.Contains("GOOGLE_APPLICATION_CREDENTIALS=/tmp/keys/gcp_service_acc_key.json", request.Env);
    }

    [Fact]
    public void GoogleKey_OfTheJob_IsRefusedElsewhere() => Refused(
        "Scripts:Containers:AllowedVolumeRoots",
        Ubuntu with { Environment = new Dictionary<string, string> { ["GOOGLE_APPLICATION_CREDENTIALS"] = "/etc/shadow" } });

    [Fact]
    public void GoogleKey_AsAVolume_StandsForThatOfThePolicyToBeReadOnly()
    {
        var environment = Ubuntu with { Volumes = new Dictionary<string, ContainerVolume> { ["GCP_CREDENTIALS"] = new("/keys/gcp.json") } };
        Refused("Scripts:Containers:GoogleCredentialsFile", environment);
        _policy.GoogleCredentialsFile = _folder.File("key.json");

        var mount = Request(environment).HostConfig.Mounts.Single(it => it.Target == "/keys/gcp.json");

        Assert.Equal((_policy.GoogleCredentialsFile, true), (mount.Source, mount.ReadOnly));
    }

    [Fact]
    public void Credentials_OfAnotherRegistry_AreRefused()
    {
        _policy.Registries["hub"] = new RegistryCredentials { Username = "me", Password = "secret" };
        _policy.AllowedImages.Add("evil.example/*");

        Refused("Scripts:Containers:Registries", new ContainerEnvironment("evil.example/x") { RegistryCredentials = "hub" });
        Refused("Scripts:Containers:Registries", Ubuntu with { RegistryCredentials = "none of that name" });
    }

    [Fact]
    public void DeclaredVolumes_OfTheImage_AreKeptInMemory()
    {
        var image = new Config { Volumes = new Dictionary<string, EmptyStruct> { ["/data"] = default } };

        var mount = Assert.Single(Request(Ubuntu, image: image).HostConfig.Mounts);

        Assert.Equal(("tmpfs", "/data", 511u + 512u), (mount.Type, mount.Target, mount.TmpfsOptions.Mode));
    }

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData("", "true")]
    public void Command_ThatIsNone_IsRefused(params string[] arguments) =>
        Assert.Equal("command", Assert.Throws<ScriptRefusedException>(() => Check(Ubuntu, command: arguments)).Rule);

    [Theory]
    [InlineData("ssh://host", false)]
    [InlineData("/var/run/docker.sock", false)]
    [InlineData("unix:///var/run/docker.sock", true)]
    [InlineData("tcp://10.0.0.5:2375", true)]
    public void Engine_ThatCannotBeReached_IsToldAtTheStart(string engine, bool isValid)
    {
        _policy.Engine = new Uri(engine, UriKind.RelativeOrAbsolute);

        Assert.Equal(isValid, !_policy.Validate(new(_policy)).Any(fault => fault.MemberNames.Contains(nameof(ContainerPolicy.Engine))));
    }

    private CreateContainerParameters Request(ContainerEnvironment environment, ScriptLimits? limits = null, Config? image = null) =>
        Check(environment, limits).For(
            new ImageInspectResponse { ID = "sha256:1", Config = image ?? new Config() }, "name", new Dictionary<string, string>());

    private ContainerRequest Check(ContainerEnvironment environment, ScriptLimits? limits = null, string[]? command = null) => ContainerRequest.Create(
        environment, new ScriptCommand(command ?? ["true"]), limits ?? new ScriptLimits(), _policy, new VolumeRules(_policy, new Uri("unix:///var/run/docker.sock")));

    private void Refused(string rule, ContainerEnvironment environment) =>
        Assert.Equal(rule, Assert.Throws<ScriptRefusedException>(() => Check(environment)).Rule);
}
