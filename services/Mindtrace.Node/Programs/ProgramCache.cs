using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Mindtrace.Node.Programs;

/// <summary>Folders of programs, each made once and never changed, shared by any number of nodes.</summary>
/// <remarks>
/// A folder is filled under a temporary name and then renamed, which is one step for every other process: what has its final name is
/// whole. Launches of one node wait for each other; of two nodes that fill the same folder, the second finds it there.
/// </remarks>
internal sealed class ProgramCache(IOptions<ProgramOptions> options, TimeProvider time)
{
    // Nothing takes this long to be filled: what lies here for a day belongs to a node that died.
    private static readonly TimeSpan TemporaryFolderLifetime = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new();
    private readonly string _root = Path.GetFullPath(options.Value.ProgramsDirectory);
    private int _swept;

    private string TemporaryRoot => Path.Combine(_root, ".tmp");

    /// <summary>Gets a folder, and fills it first if it is not there.</summary>
    /// <param name="key">The folder's path below the root; the same for the same content.</param>
    /// <param name="fillAsync">Fills the folder, which exists and is empty.</param>
    /// <param name="cancellationToken">Gives up; the folder is not there then.</param>
    public async Task<string> GetAsync(string key, Func<string, CancellationToken, Task> fillAsync, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(_root, key);
        var turn = _turns.GetOrAdd(key, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (!Directory.Exists(folder))
            {
                await MakeAsync(folder, fillAsync, cancellationToken);
            }

            return folder;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Deletes a folder, files that are marked read-only too.</summary>
    public static void Delete(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                File.SetAttributes(file, FileAttributes.Normal);
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task MakeAsync(string folder, Func<string, CancellationToken, Task> fillAsync, CancellationToken cancellationToken)
    {
        CreateRoot();
        var temporary = Path.Combine(TemporaryRoot, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(temporary);
        try
        {
            await fillAsync(temporary, cancellationToken);
            Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
            try
            {
                Directory.Move(temporary, folder);
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                // Another node was faster. Its folder is as good.
            }
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Delete(temporary);
            }
        }
    }

    private void CreateRoot()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_root);
        }
        else
        {
            // What lies here is run: nobody else may write to it.
            Directory.CreateDirectory(_root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Directory.CreateDirectory(TemporaryRoot);
        if (Interlocked.Exchange(ref _swept, 1) == 0)
        {
            var oldest = time.GetUtcNow().UtcDateTime - TemporaryFolderLifetime;
            foreach (var left in new DirectoryInfo(TemporaryRoot).GetDirectories().Where(left => left.LastWriteTimeUtc < oldest))
            {
                Delete(left.FullName);
            }
        }
    }
}
