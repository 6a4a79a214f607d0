namespace Mindtrace.Environments;

/// <summary>Locks between processes that die with their holder, on files.</summary>
internal static class FileLock
{
    /// <summary>Takes the lock alone.</summary>
    /// <returns>What holds the lock until it is disposed; <see langword="null"/> when another has it, alone or shared.</returns>
    public static FileStream? TryTake(string path) => TryOpen(path, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Takes the lock beside others that share it.</summary>
    /// <returns>What holds the lock until it is disposed; <see langword="null"/> when another has it alone.</returns>
    public static FileStream? TryShare(string path) => TryOpen(path, FileAccess.Read, FileShare.Read);

    private static FileStream? TryOpen(string path, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, access, share);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}
