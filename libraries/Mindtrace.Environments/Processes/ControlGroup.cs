using System.Globalization;

namespace Mindtrace.Environments;

/// <summary>A control group of the kernel, made for the processes of one run: it bounds them together, and none of them can leave it.</summary>
/// <remarks>In version 1 of the interface a group is a folder for each controller, in version 2 one folder for all.</remarks>
internal sealed class ControlGroup(IReadOnlyList<string> folders)
{
    private const string ProcessEvents = "pids.events";

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>Gets the files that a process writes 0 to in order to be in the group.</summary>
    public IEnumerable<string> JoinFiles => folders.Select(folder => Path.Combine(folder, "cgroup.procs"));

    /// <summary>Gets whether the kernel killed a process since the group had no memory left.</summary>
    public bool RanOutOfMemory => Count("memory.events", "oom_kill") > 0 || Count("memory.oom_control", "oom_kill") > 0;

    /// <summary>Gets whether the kernel refused a process since the group had too many.</summary>
    public bool RanOutOfProcesses => Count(ProcessEvents, "max") > 0;

    public IReadOnlyList<int> Processes =>
    [
        .. folders.SelectMany(folder => ReadLines(folder, "cgroup.procs")).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Distinct(),
    ];

    /// <summary>Waits until the kernel refuses a process since the group has too many.</summary>
    /// <remarks>
    /// The kernel tells of a refusal at once, so that of a group that is gone a moment later is heard too. It is also looked for once a second, for
    /// where the system has no watches left.
    /// </remarks>
    public async Task WaitUntilOutOfProcessesAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = WatchRefusals(() => refused.TrySetResult());
        using var look = new PeriodicTimer(LookInterval, time);
        while (!RanOutOfProcesses)
        {
            var tick = look.WaitForNextTickAsync(cancellationToken).AsTask();
            if (await Task.WhenAny(refused.Task, tick).ConfigureAwait(false) == refused.Task)
            {
                return;
            }

            await tick.ConfigureAwait(false);
        }
    }

    /// <summary>Lets no process of the group start another.</summary>
    public void ForbidProcesses()
    {
        foreach (var file in folders.Select(folder => Path.Combine(folder, "pids.max")).Where(File.Exists))
        {
            File.WriteAllText(file, "0");
        }
    }

    /// <summary>Removes the group.</summary>
    /// <returns>Whether it is gone. One that has processes, or had some a moment ago, stays.</returns>
    public bool TryRemove()
    {
        try
        {
            foreach (var folder in folders.Where(Directory.Exists))
            {
                // Not recursively: the files in it are the kernel's, and go with it.
                Directory.Delete(folder);
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private FileSystemWatcher? WatchRefusals(Action heard)
    {
        FileSystemWatcher? watch = null;
        try
        {
            watch = new FileSystemWatcher(folders.First(folder => File.Exists(Path.Combine(folder, ProcessEvents))), ProcessEvents)
            {
                NotifyFilter = NotifyFilters.LastWrite,
            };
            watch.Changed += (_, _) => heard();
            watch.EnableRaisingEvents = true;
            return watch;
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or InvalidOperationException)
        {
            watch?.Dispose();
            return null;
        }
    }

    private long Count(string file, string name) =>
        folders.SelectMany(folder => ReadLines(folder, file))
            .Where(line => line.StartsWith(name + " ", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.AsSpan(name.Length + 1), CultureInfo.InvariantCulture));

    private static string[] ReadLines(string folder, string file)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(folder, file));
        }
        catch (IOException)
        {
            return [];
        }
    }
}
