using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Mindtrace.Services;

namespace Mindtrace.Cli.Nodes;

/// <summary>The program of a node on this machine.</summary>
internal static partial class NodeProgram
{
    public const string Variable = "MINDTRACE_NODE";
    private const string Name = "Mindtrace.Node";
    private const int Terminate = 15;

    /// <summary>Finds the program: what was typed, then the environment, then beside this command, then on the path.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static string Find(string? typed, Func<string, string?> environment)
    {
        var folders = (environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] candidates = (typed ?? environment(Variable)) is { Length: > 0 } named
            ? [named]
            : [.. folders.Prepend(AppContext.BaseDirectory).SelectMany(folder => (string[])[Path.Combine(folder, Name), Path.Combine(folder, $"{Name}.exe")])];
        return candidates.FirstOrDefault(File.Exists) ?? throw new UsageException(typed is null
            ? $"There is no program {Name} beside this command or on the path. Name it with --program or {Variable}."
            : $"There is no file '{typed}'.");
    }

    /// <summary>Runs the program until it ends, and has it end in good order when this command is to.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="UsageException">It cannot be run.</exception>
    public static async Task<int> RunAsync(string program, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var start = program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
            ? new ProcessStartInfo("dotnet", [program])
            : new ProcessStartInfo(program);
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        // Both this program and the node have the key.
        ProcessMemory.Close();
        ProcessMemory.CloseDiagnostics(start.Environment);
        using var process = Start(start);
        await using (cancellationToken.Register(() => Stop(process)))
        {
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception fault)
        {
            throw new UsageException($"'{start.FileName}' cannot be run: {fault.Message}");
        }
    }

    private static void Stop(Process process)
    {
        if (process.HasExited)
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            process.Kill();
        }
        else
        {
            // Of a process that has ended meanwhile there is nothing to stop.
            _ = Kill(process.Id, Terminate);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
