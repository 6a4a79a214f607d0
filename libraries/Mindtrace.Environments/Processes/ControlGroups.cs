using System.Globalization;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments;

/// <summary>Makes control groups where this machine lets us.</summary>
/// <remarks>Source: the kernel's Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst.</remarks>
internal sealed class ControlGroups
{
    private const int CpuPeriodMicroseconds = 100_000;
    private const string NamePrefix = "mindtrace-";

    private readonly IReadOnlyList<Controller> _controllers;

    private ControlGroups(IReadOnlyList<Controller> controllers) => _controllers = controllers;

    /// <summary>Gets whether groups bound memory and the number of processes. Where they do not, it has to be watched from outside.</summary>
    public bool AreAvailable => _controllers.Count > 0;

    /// <summary>Uses none.</summary>
    public static ControlGroups None { get; } = new([]);

    /// <summary>Finds out what this process may do.</summary>
    /// <param name="delegated">A folder of version 2 that was given to this account, and in which no process is; none to look around.</param>
    public static ControlGroups Detect(string? delegated)
    {
        if (delegated is not null)
        {
            return OfVersion2(delegated);
        }

        if (!OperatingSystem.IsLinux())
        {
            return None;
        }

        var mounts = ControlGroupMount.ReadAll();
        var memory = mounts.FirstOrDefault(mount => mount.Controllers.Contains("memory"))?.OwnFolder;
        var processes = mounts.FirstOrDefault(mount => mount.Controllers.Contains("pids"))?.OwnFolder;
        var cpu = mounts.FirstOrDefault(mount => mount.Controllers.Contains("cpu"))?.OwnFolder;
        return memory is not null && processes is not null && IsWritable(memory) && IsWritable(processes)
            ? OfVersion1(memory, processes, cpu is not null && IsWritable(cpu) ? cpu : null)
            : mounts.FirstOrDefault(mount => mount.IsVersion2)?.OwnFolder is { } folder ? OfVersion2(folder) : None;
    }

    /// <summary>Makes the group of a run.</summary>
    /// <returns>The group; <see langword="null"/> where none can be made.</returns>
    public ControlGroup? Make(string run, ScriptLimits limits)
    {
        foreach (var controller in _controllers)
        {
            var folder = Directory.CreateDirectory(controller.FolderOf(run)).FullName;
            foreach (var (file, value) in controller.Settings(limits).Where(setting => File.Exists(Path.Combine(folder, setting.File))))
            {
                File.WriteAllText(Path.Combine(folder, file), value);
            }
        }

        return OfRun(run);
    }

    /// <summary>Finds the group of a run, which may be gone.</summary>
    public ControlGroup? OfRun(string run) =>
        AreAvailable ? new ControlGroup([.. _controllers.Select(controller => controller.FolderOf(run)).Distinct()]) : null;

    private static ControlGroups OfVersion1(string memory, string processes, string? cpu)
    {
        List<Controller> controllers =
        [
            // Memory and swap together can be bounded only once memory is.
            new(memory, limits => [("memory.limit_in_bytes", Text(limits.MemoryBytes)), ("memory.memsw.limit_in_bytes", Text(limits.MemoryBytes))]),
            new(processes, limits => [("pids.max", Text(limits.Processes))]),
        ];
        if (cpu is not null)
        {
            controllers.Add(new(cpu, limits => limits.Cpus is { } cpus
                ? [("cpu.cfs_period_us", Text(CpuPeriodMicroseconds)), ("cpu.cfs_quota_us", Text(QuotaOf(cpus)))]
                : []));
        }

        return new ControlGroups(controllers);
    }

    private static ControlGroups OfVersion2(string folder)
    {
        try
        {
            var offered = File.ReadAllText(Path.Combine(folder, "cgroup.controllers")).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            string[] wanted = [.. offered.Intersect(["memory", "pids", "cpu"])];
            if (!wanted.Contains("memory") || !wanted.Contains("pids") || !IsWritable(folder))
            {
                return None;
            }

            File.WriteAllText(Path.Combine(folder, "cgroup.subtree_control"), string.Join(' ', wanted.Select(name => "+" + name)));
            return new ControlGroups([new(folder, SettingsOfVersion2)]);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A group that has processes itself can have no bounded ones below it: the usual case, unless it was delegated.
            return None;
        }
    }

    private static IEnumerable<(string File, string Value)> SettingsOfVersion2(ScriptLimits limits)
    {
        yield return ("memory.max", Text(limits.MemoryBytes));
        yield return ("memory.swap.max", "0");
        yield return ("memory.oom.group", "1");
        yield return ("pids.max", Text(limits.Processes));
        if (limits.Cpus is { } cpus)
        {
            yield return ("cpu.max", $"{Text(QuotaOf(cpus))} {Text(CpuPeriodMicroseconds)}");
        }
    }

    private static long QuotaOf(double cpus) => Math.Max(1000, (long)(cpus * CpuPeriodMicroseconds));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool IsWritable(string folder)
    {
        try
        {
            var probe = Directory.CreateDirectory(Path.Combine(folder, NamePrefix + Guid.NewGuid().ToString("N")));
            Directory.Delete(probe.FullName);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private sealed record Controller(string Folder, Func<ScriptLimits, IEnumerable<(string File, string Value)>> Settings)
    {
        public string FolderOf(string run) => Path.Combine(Folder, NamePrefix + run);
    }
}
