using System.Diagnostics;
using System.Globalization;

namespace Mindtrace.Environments;

/// <summary>Names a process so that another one can tell, later, whether it is dead: what a dead one has left behind may be removed.</summary>
/// <param name="Machine">The name of the machine, or of the container, that it runs in.</param>
/// <param name="Boot">The machine's boot, and what the process ids are counted in; empty where the system tells neither.</param>
/// <param name="Id">Its process id.</param>
/// <param name="StartedAt">When it was started, in a unit of the system: ids are given out again, but not with the same start.</param>
internal sealed record ProcessOwner(string Machine, string Boot, int Id, long StartedAt)
{
    private const char Separator = '/';

    /// <summary>Gets this process.</summary>
    public static ProcessOwner Current { get; } = new(
        Environment.MachineName.Replace(Separator, '-'), FindBoot(), Environment.ProcessId, FindStart(Environment.ProcessId) ?? 0);

    /// <summary>Gets whether it is certainly dead. Of a process on another machine, or in another container, nothing is certain.</summary>
    public bool IsDead =>
        Machine == Current.Machine &&
        (BootOf(Boot) != BootOf(Current.Boot) || (Boot == Current.Boot && FindStart(Id) != StartedAt));

    public static ProcessOwner? Parse(string? text) =>
        text?.Split(Separator) is [var machine, var boot, var id, var start]
        && int.TryParse(id, CultureInfo.InvariantCulture, out var processId)
        && long.TryParse(start, CultureInfo.InvariantCulture, out var startedAt)
            ? new ProcessOwner(machine, boot, processId, startedAt)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Machine}{Separator}{Boot}{Separator}{Id}{Separator}{StartedAt}");

    private static string BootOf(string boot) => boot.Split('+')[0];

    private static string FindBoot() => OperatingSystem.IsLinux()
        ? $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}+{new FileInfo("/proc/self/ns/pid").LinkTarget}"
        : "";

    private static long? FindStart(int id)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                using var process = Process.GetProcessById(id);
                return process.StartTime.ToUniversalTime().Ticks;
            }

            // The program's name stands in parentheses, and may hold some itself; a zombie has ended.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
