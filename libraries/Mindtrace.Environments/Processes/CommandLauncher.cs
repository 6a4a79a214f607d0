using System.Diagnostics;
using System.Globalization;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments;

/// <summary>Knows how a command is started so that it is in a session and a control group of its own before its first instruction.</summary>
internal static class CommandLauncher
{
    // Joins the groups that the first arguments name, and becomes what follows them. No text but this one is read by this shell.
    private const string JoinAndBecome = """
        n=$1; shift
        while [ "$n" -gt 0 ]; do echo 0 > "$1" || exit 125; shift; n=$((n - 1)); done
        exec "$@"
        """;

    /// <summary>More than a process can take between two looks: it is to be seen above its limit before it fails by itself.</summary>
    private const long MemoryHeadroomBytes = 2L << 30;

    /// <param name="arguments">The program, then its arguments.</param>
    /// <param name="workingDirectory">Where it runs.</param>
    /// <param name="environment">Its variables; it has no others.</param>
    /// <param name="variables">Those that the job names. They are given to the command alone: some of them would change the programs that start it.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="group">Its group; none to watch it from outside.</param>
    public static (ProcessStartInfo Start, ControlGroup? Group) Prepare(
        IReadOnlyList<string> arguments, string workingDirectory, IReadOnlyDictionary<string, string> environment,
        IReadOnlyDictionary<string, string> variables, ScriptLimits limits, ControlGroup? group)
    {
        string[] joinFiles = [.. group?.JoinFiles ?? []];
        var start = new ProcessStartInfo("setsid", [
            "/bin/sh", "-c", JoinAndBecome, "sh", Text(joinFiles.Length), .. joinFiles,
            "prlimit", .. ResourceLimits(limits, isGrouped: group is not null), "--",
            "env", .. variables.Select(variable => $"{variable.Key}={variable.Value}"), .. arguments])
        {
            WorkingDirectory = workingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return (start, group);
    }

    private static IEnumerable<string> ResourceLimits(ScriptLimits limits, bool isGrouped)
    {
        yield return "--core=0:0";
        yield return $"--fsize={Text(limits.DiskBytes)}:{Text(limits.DiskBytes)}";
        if (!isGrouped)
        {
            // The watch from outside looks now and then only. These bound one process, and all processes of the account unless it is root's.
            yield return $"--nproc={Text(MaxProcessesOfAccount(limits))}";
            yield return $"--data={Text(Math.Min(limits.MemoryBytes, long.MaxValue - MemoryHeadroomBytes) + MemoryHeadroomBytes)}";
        }
    }

    /// <summary>The kernel counts what the account runs besides this run, too.</summary>
    private static long MaxProcessesOfAccount(ScriptLimits limits) => limits.Processes + ProcessTable.CountThreads();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
