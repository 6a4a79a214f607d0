using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Mindtrace.Environments;

/// <summary>Finds the processes of a run among all of the machine, by the mark that each inherits in its environment, and ends them.</summary>
/// <remarks>A process number alone says nothing: it may have been given to another process since. The mark cannot be another's.</remarks>
internal static partial class ProcessTable
{
    /// <summary>The variable that marks the processes of a run; its value is the run's id.</summary>
    public const string MarkVariable = "MINDTRACE_SCRIPT_RUN";

    private const int SigKill = 9;
    private const int StateField = 0;
    private const int SessionField = 3;
    private const int ResidentPagesField = 21;

    /// <param name="run">The run.</param>
    /// <param name="session">The session that its command began, while that is known.</param>
    public static List<int> Find(string run, int? session)
    {
        var mark = Encoding.UTF8.GetBytes($"{MarkVariable}={run}\0");
        return
        [
            .. from folder in Directory.EnumerateDirectories("/proc")
               where int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out _)
               let fields = ReadStat(folder)
               where fields.Length > ResidentPagesField && fields[StateField] is not ("Z" or "X")
               where fields[SessionField] == session?.ToString(CultureInfo.InvariantCulture) || HasMark(folder, mark)
               select int.Parse(Path.GetFileName(folder.AsSpan()), CultureInfo.InvariantCulture),
        ];
    }

    /// <summary>Adds up the memory that processes hold. What they share counts for each.</summary>
    public static long ResidentBytes(IEnumerable<int> processes) => processes.Sum(process =>
        ReadStat($"/proc/{process}") is { Length: > ResidentPagesField } fields
            ? long.Parse(fields[ResidentPagesField], CultureInfo.InvariantCulture) * Environment.SystemPageSize
            : 0);

    /// <summary>Counts the threads of the machine, for the kernel counts each as a process.</summary>
    public static int CountThreads()
    {
        // As in "0.20 0.18 0.12 1/80 11206": see proc_loadavg(5).
        var load = File.ReadAllText("/proc/loadavg").Split([' ', '/']);
        return int.Parse(load[4], CultureInfo.InvariantCulture);
    }

    /// <summary>Ends a process at once, if it is still there.</summary>
    public static void Kill(int process) => _ = SendSignal(process, SigKill);

    /// <returns>The fields from the state on: the name before it may hold anything.</returns>
    private static string[] ReadStat(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool HasMark(string folder, ReadOnlySpan<byte> mark)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(mark) >= 0;
        }
        catch (Exception notOurs) when (notOurs is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
