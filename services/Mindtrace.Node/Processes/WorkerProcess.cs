using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mindtrace.Node.Processes;

/// <summary>A worker's process: one that this node started, or one that it found living after its own crash.</summary>
internal sealed partial class WorkerProcess : IDisposable
{
    private const int Sigterm = 15;

    private readonly Process? _process;
    private readonly bool _isChild;

    private WorkerProcess(Process? process, ProcessIdentity identity, bool isChild, Task exited) =>
        (_process, Identity, _isChild, Exited) = (process, identity, isChild, exited);

    /// <summary>Gets by what the process is known again.</summary>
    public ProcessIdentity Identity { get; }

    /// <summary>Gets a task that ends with the process.</summary>
    public Task Exited { get; }

    /// <summary>Gets whether the process ended by itself and in good order: it was asked to, by somebody else than its node.</summary>
    /// <value>Of a process that is no child nobody learns how it ended.</value>
    public bool EndedInGoodOrder => Exited.IsCompleted && _isChild && _process!.ExitCode == 0;

    /// <summary>Gets how the process ended, for people. To be read once it has.</summary>
    public string ExitReason => _isChild ? Describe(_process!.ExitCode) : "the process is gone; how it ended, only the node that started it could tell";

    /// <summary>Takes a process that has just been started.</summary>
    public static WorkerProcess OfChild(Process child) =>
        new(child, ProcessIdentity.Of(child), isChild: true, child.WaitForExitAsync());

    /// <summary>Finds a process that an earlier run of this node started. If it is gone, the result has ended.</summary>
    public static WorkerProcess Find(ProcessIdentity identity, TimeProvider time) => identity.IsAlive
        ? new(Process.GetProcessById(identity.Id), identity, isChild: false, identity.WaitForEndAsync(time))
        : new(process: null, identity, isChild: false, Task.CompletedTask);

    /// <summary>Asks the process to drain and end, and kills it with all its children when it does not in time.</summary>
    /// <returns>Whether it ended in time.</returns>
    public async Task<bool> StopAsync(TimeSpan timeout, TimeProvider time)
    {
        if (_process is null || Exited.IsCompleted)
        {
            return true;
        }

        if (OperatingSystem.IsWindows() || Kill(Identity.Id, Sigterm) != 0)
        {
            _process.Kill(entireProcessTree: true);
        }

        try
        {
            await Exited.WaitAsync(timeout, time);
            return true;
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            await Exited;
            return false;
        }
    }

    /// <summary>Kills the process with all its children, if it still lives.</summary>
    public void Kill()
    {
        if (_process is not null && !Exited.IsCompleted)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    public void Dispose() => _process?.Dispose();

    private static string Describe(int exitCode) => exitCode is > 128 and < 160
        ? $"the process was killed by signal {exitCode - 128}"
        : $"the process exited with code {exitCode}";

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
