namespace Mindtrace.Environments;

/// <summary>Measures folders that others write to meanwhile.</summary>
internal static class FolderSize
{
    private const int LongestPath = 4000;

    /// <summary>Adds up the lengths of all files; links are not followed.</summary>
    /// <returns>Bytes; <see cref="long.MaxValue"/> when the folder is nested so deeply that it cannot be measured.</returns>
    public static long Measure(string folder)
    {
        var bytes = 0L;
        var open = new Stack<DirectoryInfo>([new DirectoryInfo(folder)]);
        while (open.TryPop(out var next))
        {
            try
            {
                foreach (var entry in next.EnumerateFileSystemInfos())
                {
                    if (entry.FullName.Length > LongestPath)
                    {
                        return long.MaxValue;
                    }

                    if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
                    {
                        continue;
                    }

                    if (entry is DirectoryInfo below)
                    {
                        open.Push(below);
                    }
                    else if (entry is FileInfo { Exists: true } file)
                    {
                        bytes += file.Length;
                    }
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It was deleted or closed while it was looked at.
            }
        }

        return bytes;
    }
}
