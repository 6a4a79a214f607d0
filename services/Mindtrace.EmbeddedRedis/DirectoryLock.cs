namespace Mindtrace.EmbeddedRedis;

/// <summary>Holds a data folder for one process; the operating system lets go when the process ends, however it ends.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <exception cref="DirectoryInUseException">Another process holds the folder.</exception>
    public static DirectoryLock Acquire(string directory)
    {
        try
        {
            return new(new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException inUse) when (inUse is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new DirectoryInUseException(directory, inUse);
        }
    }

    public void Dispose() => _file.Dispose();
}

internal sealed class DirectoryInUseException(string directory, Exception cause) : Exception(
    $"The folder '{directory}' is in use by another embedded Redis. Stop that one, or set EmbeddedRedis:Directory to another folder.", cause);
