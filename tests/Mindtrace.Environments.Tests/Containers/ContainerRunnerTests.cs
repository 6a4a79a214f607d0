using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mindtrace.Environments.Containers;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Tests.Containers;

public sealed class ContainerRunnerTests : ContainerTest
{
    private static readonly string[] Namespaces = ["ipc", "mnt", "net", "pid", "uts", "cgroup"];

    [Fact]
    public async Task Command_ThatWritesToBothStreams_IsHeardApartAndWhole()
    {
        var result = await ShellAsync("""i=0; while [ $i -lt 2000 ]; do echo "out $i"; echo "err $i" >&2; i=$((i + 1)); done; printf last""");

        string[] numbers = [.. Enumerable.Range(0, 2000).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        Assert.Equal((ScriptVerdict.Exited, 0), (result.Verdict, result.ExitCode));
        Assert.Equal([.. numbers.Select(i => $"out {i}"), "last"], Output.Stdout);
        Assert.Equal([.. numbers.Select(i => $"err {i}")], Output.Stderr);
        Assert.EndsWith("out 1999\nlast", result.Stdout, StringComparison.Ordinal);
        Assert.EndsWith("err 1999\n", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_ThatWritesNothing_HasTwoEmptyStrings()
    {
        var result = await RunAsync(null, Cancel, "true");

        Assert.Equal(("", "", 0), (result.Stdout, result.Stderr, result.ExitCode));
        Assert.True(result.Succeeded);
    }

    [Fact]
    public async Task Line_IsHeardWhileTheCommandRuns()
    {
        using var ended = new CancellationTokenSource();
        Output.Hearing = _ => ended.CancelAsync();

        var result = await RunAsync(null, ended.Token, "sh", "-c", "echo first; sleep 600");

        Assert.Equal(ScriptVerdict.Cancelled, result.Verdict);
        Assert.Equal(["first"], Output.Stdout);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    [InlineData(255)]
    public async Task Command_ThatFails_HasItsExitCode(int code)
    {
        var result = await ShellAsync($"echo no >&2; exit {code}");

        Assert.Equal((ScriptVerdict.Exited, code, "no\n"), (result.Verdict, result.ExitCode, result.Stderr));
        Assert.False(result.Succeeded);
    }

    [Fact]
    public async Task Arguments_ReachTheProgramAsTheyAre()
    {
        await RunAsync(null, Cancel, "printf", "%s\\n", "a b", "$HOME", "; echo c", "\"'", "");

        Assert.Equal(["a b", "$HOME", "; echo c", "\"'", ""], Output.Stdout);
    }

    [Fact]
    public async Task Program_ThatIsNotThere_FailsAndSaysSo()
    {
        var result = await RunAsync(null, Cancel, "no-such-program");

        Assert.Equal((ScriptVerdict.Exited, 127), (result.Verdict, result.ExitCode));
        Assert.Contains("no-such-program", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entrypoint_OfTheImage_DoesNotSwallowTheCommand()
    {
        await using var image = await JobImage.DeriveAsync(Cancel, """ENTRYPOINT ["echo", "swallowed"]""", """CMD ["nothing"]""");

        var result = await RunAsync(it => it with { Image = image.Name }, Cancel, "echo", "mine");

        Assert.Equal("mine\n", result.Stdout);
    }

    [Fact]
    public async Task Environment_WorkingDirectoryAndVariables_AreGiven()
    {
        var result = await ShellAsync("pwd; echo $NAME; env | grep -c MINDTRACE", it => it with
        {
            WorkingDir = "/tmp/deep/er",
            Environment = new Dictionary<string, string> { ["NAME"] = "a = 'b' $c" },
        });

        Assert.Equal("/tmp/deep/er\na = 'b' $c\n0\n", result.Stdout);
    }

    [Fact]
    public async Task Command_IsNobodyWithoutAnyCapability()
    {
        var result = await ShellAsync("id -u; echo $HOME; grep -h 'CapEff\\|CapPrm\\|CapBnd\\|NoNewPrivs' /proc/self/status");

        Assert.Equal(
            ["65534", "/tmp", "CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"],
            result.Stdout.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task User_OfTheImage_RunsTheCommand()
    {
        await using var image = await JobImage.DeriveAsync(Cancel, "USER job");

        var result = await RunAsync(it => it with { Image = image.Name }, Cancel, "id", "-u");

        Assert.Equal("1000\n", result.Stdout);
    }

    [Fact]
    public async Task Root_WhereAllowed_StillHasNoCapability()
    {
        Policy.AllowRoot = true;

        var result = await ShellAsync("id -u; chown 1000 /tmp || mount -t tmpfs none /tmp || mknod /tmp/sda b 8 0 || echo kept out");

        Assert.Equal("0\nkept out\n", result.Stdout);
    }

    [Fact]
    public async Task Network_OfAJobThatAsksForNone_HasTheLoopbackAlone()
    {
        var result = await ShellAsync("ls /sys/class/net; cat /proc/net/route | wc -l");

        Assert.Equal("lo\n1\n", result.Stdout);
    }

    [Fact]
    public async Task Network_Allowed_HasAWayOut()
    {
        Policy.AllowedNetworks.Add("bridge");

        var result = await ShellAsync("ls /sys/class/net", it => it with { Network = "bridge" });

        Assert.Equal("eth0\nlo\n", result.Stdout);
    }

    [Fact]
    public async Task Port_Published_IsToldAndReachedOnTheLoopback()
    {
        (Policy.AllowPorts, Policy.DefaultNetwork) = (true, "bridge");
        var told = new TaskCompletionSource<IPEndPoint>();
        Output.Hearing = line =>
        {
            if (line.StartsWith("Port 8080/tcp", StringComparison.Ordinal))
            {
                told.SetResult(IPEndPoint.Parse(line.Split(' ')[^1]));
            }

            return Task.CompletedTask;
        };

        using var ended = new CancellationTokenSource();
        var run = RunAsync(
            it => it with { Ports = new Dictionary<string, int?> { ["8080"] = null } },
            ended.Token,
            "sh", "-c", "while nc -l -p 8080 -e echo hello; do :; done");
        var place = await told.Task.WaitAsync(Cancel);
        var heard = "";
        while (heard.Length == 0 && !run.IsCompleted)
        {
            heard = await HearAsync(place);
        }

        await ended.CancelAsync();
        await run;
        Assert.Equal((IPAddress.Loopback, "hello\n"), (place.Address, heard));
    }

    [Fact]
    public async Task Namespaces_OfTheHost_AreNotShared()
    {
        var result = await ShellAsync($"for n in {string.Join(' ', Namespaces)}; do readlink /proc/self/ns/$n; done");

        var theirs = result.Stdout.TrimEnd('\n').Split('\n');
        string[] ours = [.. Namespaces.Select(name => new FileInfo($"/proc/self/ns/{name}").LinkTarget!)];
        Assert.Equal(ours.Length, theirs.Length);
        Assert.Empty(theirs.Intersect(ours));
    }

    [Fact]
    public async Task Volumes_AreMountedAsTheirModeSays()
    {
        using var folder = new TemporaryFolder();
        var (read, write) = (folder.Folder("read"), folder.Folder("write"));
        folder.File("read/in", "hello");
        folder.OpenToAll(write);
        Policy.AllowedVolumeRoots.Add(folder.Path);

        var result = await ShellAsync("cat /in/in > /out/copy; touch /in/new || echo kept out", it => it with
        {
            Volumes = new Dictionary<string, ContainerVolume> { [read] = new("/in", "ro"), [write] = new("/out") },
        });

        Assert.Equal("kept out\n", result.Stdout);
        Assert.Equal("hello", await File.ReadAllTextAsync(Path.Join(write, "copy"), Cancel));
    }

    [Fact]
    public async Task Volume_ThatDoesNotExist_FailsAndIsNotMade()
    {
        using var folder = new TemporaryFolder();
        Policy.AllowedVolumeRoots.Add(folder.Path);
        var missing = Path.Join(folder.Path, "missing");

        var result = await ShellAsync("true", it => it with { Volumes = new Dictionary<string, ContainerVolume> { [missing] = new("/in") } });

        Assert.Equal((ScriptVerdict.EnvironmentFailed, "create"), (result.Verdict, result.FailedStep));
        Assert.Contains(missing, result.Reason, StringComparison.Ordinal);
        Assert.False(Directory.Exists(missing));
    }

    [Fact]
    public async Task ReadOnlyRoot_LeavesTemporaryFilesToWrite()
    {
        var result = await ShellAsync(
            "touch /new || echo kept out; echo 'echo ran' > /tmp/script; chmod +x /tmp/script; /tmp/script", it => it with { ReadOnly = true });

        Assert.Equal("kept out\nran\n", result.Stdout);
    }

    [Fact]
    public async Task DeclaredVolume_OfTheImage_CanBeWrittenTo()
    {
        await using var image = await JobImage.DeriveAsync(Cancel, "VOLUME /data");

        var result = await ShellAsync("touch /data/new && grep ' /data ' /proc/mounts | cut -d' ' -f1", it => it with { Image = image.Name });

        Assert.Equal("tmpfs\n", result.Stdout);
    }

    [Fact]
    public async Task Zombies_AreReaped()
    {
        var result = await ShellAsync("(true &); while grep -qs '^State:.Z' /proc/[0-9]*/status; do :; done; cat /proc/1/comm");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("init", result.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_ThatIsMissing_IsToldWithTheStep()
    {
        var result = await RunAsync(it => it with { Image = "mindtrace-test/none:local" }, Cancel, "true");

        Assert.Equal((ScriptVerdict.EnvironmentFailed, "pull", null), (result.Verdict, result.FailedStep, result.ExitCode));
        Assert.Contains("docker.io/mindtrace-test/none:local", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_ThatWasMadeHere_IsToldByItsId()
    {
        var result = await RunAsync(null, Cancel, "true");

        Assert.Matches("^sha256:[0-9a-f]{64}$", result.ImageDigest);
        Assert.Null(result.PinnedImage);
    }

    [Fact]
    public async Task WorkingDirectory_ThatTheEngineRefuses_IsToldInItsWords()
    {
        var result = await RunAsync(it => it with { WorkingDir = "relative" }, Cancel, "true");

        Assert.Equal((ScriptVerdict.EnvironmentFailed, "create"), (result.Verdict, result.FailedStep));
        Assert.Contains("absolute path", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ThatTheEngineRefuses_IsToldAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        Policy.AllowedVolumeRoots.Add(folder.Path);

        var result = await ShellAsync("true", it => it with
        {
            Volumes = new Dictionary<string, ContainerVolume> { [folder.Path] = new("/etc/passwd") },
        });

        Assert.Equal((ScriptVerdict.EnvironmentFailed, "start"), (result.Verdict, result.FailedStep));
        Assert.Contains("/etc/passwd", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Engine_ThatIsNotThere_IsToldWithItsAddress()
    {
        Policy.Engine = new Uri("unix:///run/no-such-engine.sock");

        var result = await RunAsync(null, Cancel, "true");

        Assert.Equal((ScriptVerdict.EnvironmentFailed, "connect"), (result.Verdict, result.FailedStep));
        Assert.Contains("no-such-engine.sock", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listener_ThatFails_LeavesNoContainer()
    {
        Output.Hearing = _ => throw new IOException("the log is full");

        await Assert.ThrowsAsync<IOException>(() => ShellAsync("echo first; sleep 600"));
    }

    /// <summary>Reads what is said at a place; nothing while the engine listens there and the command does not yet.</summary>
    private static async Task<string> HearAsync(IPEndPoint place)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(place, Cancel);
            using var reader = new StreamReader(client.GetStream());
            return await reader.ReadToEndAsync(Cancel);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
