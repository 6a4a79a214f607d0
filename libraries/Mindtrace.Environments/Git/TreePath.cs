using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments;

/// <summary>Finds folders of a checkout, and none outside of it: links are followed, and where they lead is looked at.</summary>
internal static class TreePath
{
    /// <param name="tree">The checkout.</param>
    /// <param name="field">The name of what asks for the folder.</param>
    /// <param name="path">The folder, relative to the checkout; none for its root.</param>
    /// <returns>The folder, without links.</returns>
    /// <exception cref="ScriptRefusedException">It is outside of the checkout.</exception>
    /// <exception cref="GitStepException">It is not there.</exception>
    public static string Find(string tree, string field, string? path)
    {
        var root = Resolve(tree)!;
        if (string.IsNullOrEmpty(path))
        {
            return root;
        }

        var found = Resolve(Path.Combine(root, path))
            ?? throw new GitStepException(GitStepException.Checkout, $"There is no folder '{path}' in the repository ({field}).");
        return found == root || found.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? found
            : throw new ScriptRefusedException(field, $"'{path}' leads out of the repository.");
    }

    /// <returns>The folder with each link on the way replaced by where it leads; none when there is no such folder.</returns>
    private static string? Resolve(string folder)
    {
        var resolved = Path.GetPathRoot(folder)!;
        foreach (var name in folder[resolved.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(resolved, name);
            try
            {
                // The end of a chain of links may lead through others again.
                var target = new DirectoryInfo(next).ResolveLinkTarget(returnFinalTarget: true)?.FullName;
                resolved = target is null ? next : Resolve(target)!;
            }
            catch (IOException)
            {
                return null;
            }

            if (!Directory.Exists(resolved))
            {
                return null;
            }
        }

        return resolved;
    }
}
