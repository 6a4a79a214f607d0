using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mindtrace.Services;

/// <summary>Keeps the memory and the environment of processes, where keys are, from others of the same account, as those of jobs can be.</summary>
public static partial class ProcessMemory
{
    private const int SetDumpable = 4;
    private const string Diagnostics = "DOTNET_EnableDiagnostics";

    /// <summary>
    /// Closes this process to others of its account, for as long as it runs, unless it is being debugged. The administrator of the machine reads
    /// it all the same. Processes that it starts begin anew. Does nothing but on Linux.
    /// </summary>
    /// <remarks>Source: PR_SET_DUMPABLE in prctl(2), and ptrace(2) on what it takes to read a process. Such a process leaves no core dump.</remarks>
    public static void Close()
    {
        if (OperatingSystem.IsLinux() && !Debugger.IsAttached)
        {
            // It cannot fail with this value.
            _ = Control(SetDumpable, 0, 0, 0, 0);
        }
    }

    /// <summary>
    /// Has a .NET program that is about to be started open no port for diagnostic tools and debuggers: by these, too, others of its account ask for
    /// its memory and environment. Where a variable <c>DOTNET_EnableDiagnostics…</c> is set already, that decides.
    /// </summary>
    /// <param name="environment">The variables that the program will have.</param>
    /// <remarks>No program can do so for itself: .NET reads these variables before the program begins.</remarks>
    public static void CloseDiagnostics(IDictionary<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (!environment.Keys.Any(name => name.StartsWith(Diagnostics, StringComparison.OrdinalIgnoreCase)))
        {
            (environment[$"{Diagnostics}_IPC"], environment[$"{Diagnostics}_Debugger"]) = ("0", "0");
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);
}
