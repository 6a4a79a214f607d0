using System.ComponentModel;
using System.Diagnostics;

namespace Mindtrace.Node.Processes;

/// <summary>By what a process is known again: ids are given out again, but not to a process that started at the same time.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartedAt">When the process was started.</param>
internal sealed record ProcessIdentity(int Id, DateTimeOffset StartedAt)
{
    /// <summary>Systems count a start from the time they booted, and may correct that time by a second.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets whether the process runs.</summary>
    public bool IsAlive
    {
        get
        {
            try
            {
                using var found = Process.GetProcessById(Id);
                return !found.HasExited && (found.StartTime - StartedAt).Duration() <= Tolerance && !IsZombie;
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception)
            {
                return false;
            }
        }
    }

    /// <summary>Gets whether the process has ended, and its parent, which is not this node, has not taken notice.</summary>
    private bool IsZombie
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                return false;
            }

            try
            {
                // The state follows the program's name, which stands in parentheses and may hold some itself.
                var stat = File.ReadAllText($"/proc/{Id}/stat");
                return stat[(stat.LastIndexOf(')') + 1)..].TrimStart().StartsWith('Z');
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    public static ProcessIdentity Of(Process process) => new(process.Id, process.StartTime);

    /// <summary>Waits until the process has ended. Of a process that is no child the system sends no word, so this looks.</summary>
    public async Task WaitForEndAsync(TimeProvider time)
    {
        using var look = new PeriodicTimer(LookInterval, time);
        while (IsAlive)
        {
            await look.WaitForNextTickAsync();
        }
    }
}
