namespace Mindtrace.Registry;

/// <summary>Blobs as files in one folder, shared by any number of processes on a machine.</summary>
/// <remarks>
/// A write goes to a temporary file in the same folder, is flushed to the disk and then renamed onto the blob, which is one step for
/// every other process. No lock is held, so none is left behind by a process that dies. After a loss of power the last writes may
/// be missing, but a blob is never cut short.
/// </remarks>
public sealed class FileBlobStore : IBlobStore
{
    private const int BufferBytes = 81920;

    // No write takes this long: what lies here for a day belongs to a process that died.
    private static readonly TimeSpan TemporaryFileLifetime = TimeSpan.FromDays(1);

    private readonly string _root;
    private readonly string _temporaryFolder;
    private readonly TimeProvider _time;
    private int _swept;

    /// <summary>Opens a folder, which is created with the first write.</summary>
    /// <param name="path">The folder; relative paths start at the current directory.</param>
    /// <param name="time">Tells the age of temporary files that were left behind.</param>
    public FileBlobStore(string path, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(time);
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        _temporaryFolder = Path.Combine(_root, ".tmp");
        _time = time;
    }

    /// <inheritdoc/>
    public string Location => new Uri(_root).AbsoluteUri;

    /// <inheritdoc/>
    public Task WriteAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        return GuardAsync(WriteFileAsync(PathOf(key), content, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<bool> CopyToAsync(string key, Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var path = PathOf(key);
        FileStream file;
        try
        {
            // Sharing everything lets others replace or delete the blob meanwhile; this handle keeps reading the old bytes.
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferBytes, useAsync: true);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Translate(e);
        }

        await using (file)
        {
            await file.CopyToAsync(destination, cancellationToken);
        }

        return true;
    }

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(string key, CancellationToken cancellationToken) => Task.FromResult(File.Exists(PathOf(key)));

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        try
        {
            File.Delete(path);
            DeleteEmptyFolders(Path.GetDirectoryName(path)!);
        }
        catch (DirectoryNotFoundException)
        {
            // As good as deleted.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Translate(e);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var slash = prefix.LastIndexOf('/');
        var folder = prefix[..(slash + 1)];
        var directory = Path.Combine([_root, .. folder.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(BlobFileName.Encode)]);
        return List(directory, folder, BlobFileName.Encode(prefix[(slash + 1)..])).ToAsyncEnumerable();
    }

    /// <inheritdoc/>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var path = Path.Combine(_temporaryFolder, $"check-{Guid.NewGuid():N}");
        await GuardAsync(WriteFileAsync(path, content, cancellationToken));
        File.Delete(path);
    }

    private IEnumerable<string> List(string directory, string folder, string namePrefix)
    {
        FileSystemInfo[] entries;
        try
        {
            entries = new DirectoryInfo(directory).GetFileSystemInfos();
        }
        catch (DirectoryNotFoundException)
        {
            yield break;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Translate(e);
        }

        foreach (var entry in entries)
        {
            if (entry.Name.StartsWith('.') || !entry.Name.StartsWith(namePrefix, StringComparison.Ordinal))
            {
                continue;
            }

            var key = folder + BlobFileName.Decode(entry.Name);
            if (entry is FileInfo)
            {
                yield return key;
            }
            else
            {
                foreach (var inner in List(entry.FullName, key + "/", ""))
                {
                    yield return inner;
                }
            }
        }
    }

    private async Task WriteFileAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_temporaryFolder);
        if (Interlocked.Exchange(ref _swept, 1) == 0)
        {
            SweepTemporaryFiles();
        }

        var temporary = Path.Combine(_temporaryFolder, Guid.NewGuid().ToString("N"));
        var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes, useAsync: true);
        try
        {
            await using (file)
            {
                await content.CopyToAsync(file, cancellationToken);
                await file.FlushAsync(cancellationToken);
                RandomAccess.FlushToDisk(file.SafeFileHandle);
            }

            MoveInto(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static void MoveInto(string temporary, string path)
    {
        while (true)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            try
            {
                File.Move(temporary, path, overwrite: true);
                return;
            }
            catch (DirectoryNotFoundException)
            {
                // Somebody deleted the last blob of the folder in between, and the folder with it.
            }
        }
    }

    private void DeleteEmptyFolders(string folder)
    {
        try
        {
            for (; folder.Length > _root.Length; folder = Path.GetDirectoryName(folder)!)
            {
                Directory.Delete(folder);
            }
        }
        catch (IOException)
        {
            // It is not empty.
        }
    }

    private async Task GuardAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Translate(e);
        }
    }

    private void SweepTemporaryFiles()
    {
        var oldest = _time.GetUtcNow().UtcDateTime - TemporaryFileLifetime;
        foreach (var file in new DirectoryInfo(_temporaryFolder).GetFiles().Where(file => file.LastWriteTimeUtc < oldest))
        {
            file.Delete();
        }
    }

    private string PathOf(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var segments = key.Split('/');
        return !segments.Contains("")
            ? Path.Combine([_root, .. segments.Select(BlobFileName.Encode)])
            : throw new ArgumentException($"'{key}' is no key: a segment is empty.", nameof(key));
    }

    private RegistryException Translate(Exception e) => e is UnauthorizedAccessException
        ? new RegistryAccessDeniedException(
            $"The registry folder '{_root}' refuses access: check its owner and permissions for the account of this program.", e)
        : new RegistryUnavailableException(
            $"The registry folder '{_root}' cannot be used: check that the disk is mounted and has room. {e.Message}", e);
}
