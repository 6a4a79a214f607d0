using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments;

/// <summary>Begins runs in the name of this process, and removes those whose process died.</summary>
/// <remarks>
/// Each process has a folder for its runs, and a lock on a file beside it for as long as it lives. The lock is the operating system's, so
/// it goes with a process that is killed: whoever can take it knows that nobody owns these runs any more.
/// </remarks>
internal sealed class ScriptRuns : IDisposable
{
    private const string LockSuffix = ".lock";

    private readonly string _root;
    private readonly ControlGroups _groups;
    private readonly TimeProvider _time;
    private readonly FileStream _lock;
    private readonly string _folder;

    /// <param name="root">A folder that the processes of this account share.</param>
    /// <param name="groups">Where control groups are made.</param>
    /// <param name="time">The clock of the limits.</param>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public ScriptRuns(string root, ControlGroups groups, TimeProvider time)
    {
        (_root, _groups, _time) = (Directory.CreateDirectory(root).FullName, groups, time);
        (_lock, _folder) = Own();
    }

    /// <summary>Begins a run.</summary>
    public ScriptRun Begin(IReadOnlyDictionary<string, string> environment, ScriptLimits limits, IScriptOutput output)
    {
        var id = Guid.NewGuid().ToString("N");
        return new ScriptRun(id, Path.Combine(_folder, id), _groups, environment, limits, output, _time);
    }

    /// <summary>Removes the runs of processes that died.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> RemoveOrphansAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var path in Directory.EnumerateFiles(_root, "*" + LockSuffix))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FileLock.TryTake(path) is { } orphaned)
            {
                using (orphaned)
                {
                    removed += await RemoveAllAsync(path[..^LockSuffix.Length]).ConfigureAwait(false);
                    File.Delete(path);
                }
            }
        }

        return removed;
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder) && !Directory.EnumerateFileSystemEntries(_folder).Any())
        {
            Directory.Delete(_folder);
            File.Delete(_lock.Name);
        }

        _lock.Dispose();
    }

    private async Task<int> RemoveAllAsync(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return 0;
        }

        string[] runs = Directory.GetDirectories(folder);
        foreach (var run in runs)
        {
            await RunRemains.RemoveAsync(Path.GetFileName(run), run, _groups, _time).ConfigureAwait(false);
        }

        Directory.Delete(folder);
        return runs.Length;
    }

    /// <summary>Takes a name of its own. Another process may have removed the lock's file before it was locked: then the next name is tried.</summary>
    private (FileStream Lock, string Folder) Own()
    {
        while (true)
        {
            var folder = Path.Combine(_root, Guid.NewGuid().ToString("N"));
            if (FileLock.TryTake(folder + LockSuffix) is { } taken)
            {
                if (File.Exists(taken.Name))
                {
                    Directory.CreateDirectory(folder);
                    return (taken, folder);
                }

                taken.Dispose();
            }
        }
    }
}
