namespace Mindtrace.Environments.Containers;

/// <summary>Paths of this machine as the system takes them, with all symbolic links followed.</summary>
internal static class HostPath
{
    /// <summary>As many as Linux follows.</summary>
    private const int MaxLinks = 40;

    /// <summary>Follows all links in a path, also in its parents. What does not exist is kept as it is.</summary>
    /// <param name="path">An absolute path.</param>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static string Resolve(string path)
    {
        var (open, resolved, links) = (new Stack<string>(), "/", 0);
        Push(path);
        while (open.TryPop(out var name))
        {
            if (name == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? "/";
                continue;
            }

            var next = Path.Join(resolved, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new IOException($"The links of {path} lead in a circle.");
            }

            if (target.StartsWith('/'))
            {
                resolved = "/";
            }

            Push(target);
        }

        return resolved;

        void Push(string relative)
        {
            foreach (var part in relative.Split('/').Reverse().Where(part => part is not ("" or ".")))
            {
                open.Push(part);
            }
        }
    }

    /// <summary>Tells whether a resolved path is that of a resolved directory, or of something in it.</summary>
    public static bool IsWithin(string path, string directory) =>
        path == directory || path.StartsWith(directory == "/" ? "/" : directory + "/", StringComparison.Ordinal);
}
