using Microsoft.Extensions.Time.Testing;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Tests.Processes;

/// <summary>Version 2 of control groups, on a folder in its place: what is written where. The kernel of a build server may have version 1 only.</summary>
public sealed class ControlGroupsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Delegated_WithItsControllers_BoundsARunByThem()
    {
        _folder.File("cgroup.controllers", "cpuset cpu io memory pids\n");
        var groups = ControlGroups.Detect(_folder.Path);
        foreach (var file in new[] { "memory.max", "memory.swap.max", "memory.oom.group", "pids.max", "cpu.max" })
        {
            _folder.File($"mindtrace-run/{file}", "");
        }

        var group = groups.Make("run", new ScriptLimits { MemoryBytes = 1L << 30, Processes = 100, Cpus = 1.5 })!;

        Assert.Equal("+cpu +memory +pids", Read("cgroup.subtree_control"));
        Assert.Equal(("1073741824", "0", "1", "100", "150000 100000"), (Read("mindtrace-run/memory.max"), Read("mindtrace-run/memory.swap.max"),
            Read("mindtrace-run/memory.oom.group"), Read("mindtrace-run/pids.max"), Read("mindtrace-run/cpu.max")));
        Assert.Equal([_folder["mindtrace-run/cgroup.procs"]], group.JoinFiles);
    }

    [Fact]
    public void Group_WhoseLimitsWereMet_SaysSo()
    {
        _folder.File("mindtrace-run/memory.events", "low 0\nmax 7\noom 1\noom_kill 1\noom_group_kill 0\n");
        _folder.File("mindtrace-run/pids.events", "max 0\n");
        _folder.File("mindtrace-run/cgroup.procs", "12\n34\n");

        var group = new ControlGroup([_folder["mindtrace-run"]]);

        Assert.Equal((true, false), (group.RanOutOfMemory, group.RanOutOfProcesses));
        Assert.Equal([12, 34], group.Processes);
    }

    [Fact]
    public async Task Group_ThatRefusesAProcess_IsHeardBeforeTheNextLook()
    {
        _folder.File("mindtrace-run/pids.events", "max 0\n");
        var refused = new ControlGroup([_folder["mindtrace-run"]]).WaitUntilOutOfProcessesAsync(new FakeTimeProvider(), TestContext.Current.CancellationToken);

        _folder.File("mindtrace-run/pids.events", "max 1\n");

        await refused;
    }

    [Theory]
    [InlineData("")]
    [InlineData("cpu memory\n")]
    public void Delegated_WithoutTheControllersThatItTakes_IsNotUsed(string controllers)
    {
        _folder.File("cgroup.controllers", controllers);

        Assert.False(ControlGroups.Detect(_folder.Path).AreAvailable);
    }

    [Fact]
    public void Delegated_ThatIsNotThere_IsNotUsed() => Assert.False(ControlGroups.Detect(_folder["none"]).AreAvailable);

    [Fact]
    public void Mounts_OfBothVersions_AreReadWithTheGroupOfThisProcess()
    {
        string[] mounts =
        [
            "24 1 0:21 / /proc rw - proc proc rw",
            "30 24 0:26 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory",
            "31 24 0:27 /docker/abc /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids",
            "32 24 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
        ];

        var found = ControlGroupMount.Read(mounts, ["5:memory:/a/b", "4:pids:/docker/abc/c", "0::/user.slice"]);

        Assert.Equal(["/sys/fs/cgroup/memory/a/b", "/sys/fs/cgroup/pids/c", "/sys/fs/cgroup/unified/user.slice"], found.Select(mount => mount.OwnFolder));
        Assert.Equal([false, false, true], found.Select(mount => mount.IsVersion2));
    }

    public void Dispose() => _folder.Dispose();

    private string Read(string file) => File.ReadAllText(_folder[file]);
}
