namespace Mindtrace.Environments;

/// <summary>Where control groups are found, and which of them this process is in.</summary>
internal sealed record ControlGroupMount(bool IsVersion2, IReadOnlyList<string> Controllers, string OwnFolder)
{
    public static IReadOnlyList<ControlGroupMount> ReadAll() =>
        Read(File.ReadAllLines("/proc/self/mountinfo"), File.ReadAllLines("/proc/self/cgroup"));

    /// <summary>Finds the folders of the group of another process for one controller.</summary>
    /// <param name="memberships">The lines of its <c>/proc/…/cgroup</c>.</param>
    /// <param name="controller">The controller.</param>
    public static IReadOnlyList<string> FoldersOf(IEnumerable<string> memberships, string controller) =>
    [
        .. Read(File.ReadAllLines("/proc/self/mountinfo"), memberships)
            .Where(mount => mount.IsVersion2 || mount.Controllers.Contains(controller))
            .Select(mount => mount.OwnFolder),
    ];

    /// <param name="mounts">The lines of <c>/proc/self/mountinfo</c>: see proc_pid_mountinfo(5).</param>
    /// <param name="memberships">The lines of <c>/proc/self/cgroup</c>: see cgroups(7).</param>
    public static IReadOnlyList<ControlGroupMount> Read(IEnumerable<string> mounts, IEnumerable<string> memberships)
    {
        var groups = memberships.Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3).ToList();
        return
        [
            .. from line in mounts
               let halves = line.Split(" - ", 2)
               where halves.Length == 2
               let mount = halves[0].Split(' ')
               let kind = halves[1].Split(' ')
               where kind[0] is "cgroup" or "cgroup2"
               let isVersion2 = kind[0] == "cgroup2"
               let options = kind[^1].Split(',')
               let own = groups.FirstOrDefault(parts => isVersion2 ? parts[1].Length == 0 : parts[1].Split(',').Intersect(options).Any())
               where own is not null
               select new ControlGroupMount(isVersion2, isVersion2 ? [] : own[1].Split(','), FolderOf(mount[3], mount[4], own[2])),
        ];
    }

    /// <summary>Finds a group's folder. In a container, the mount's root is often the container's own group.</summary>
    private static string FolderOf(string root, string mountPoint, string group)
    {
        var below = root != "/" && group.StartsWith(root, StringComparison.Ordinal) ? group[root.Length..] : group;
        return Path.Combine(mountPoint, below.TrimStart('/'));
    }
}
