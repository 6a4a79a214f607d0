using LibGit2Sharp;

namespace Mindtrace.Environments;

/// <summary>What the child process of <see cref="GitClient"/> does: the answer goes to standard output, why it failed to standard error.</summary>
internal static class GitCommand
{
    public const string Resolve = "resolve";
    public const string Clone = "clone";
    public const string Serve = "serve";

    private const int MaxNamesListed = 20;

    public static int Run(string[] arguments)
    {
        try
        {
            switch (arguments)
            {
                case [Resolve, var url, .. var name]:
                    Console.Out.WriteLine(FindCommit(url, name.FirstOrDefault()));
                    return 0;
                case [Clone, var url, var commit, var folder]:
                    CloneAndCheckOut(url, commit, folder);
                    return 0;
                case [Serve]:
                    GitServer.Run();
                    return 0;
                default:
                    throw new GitException($"Usage: {Resolve} URL [NAME] | {Clone} URL COMMIT FOLDER | {Serve}");
            }
        }
        catch (Exception fault) when (fault is LibGit2SharpException or GitException)
        {
            Console.Error.WriteLine(fault.Message);
            return 1;
        }
    }

    private static string FindCommit(string url, string? name)
    {
        var references = Repository.ListRemoteReferences(url).ToDictionary(reference => reference.CanonicalName);
        string[] candidates = name is null ? ["HEAD"] : NamesOf(name);
        if (candidates.Select(references.GetValueOrDefault).FirstOrDefault(found => found is not null) is not { } reference)
        {
            throw new GitException(name is null
                ? "the repository is empty."
                : $"there is no branch and no tag '{name}'. There is: {ListNames(references.Keys)}.");
        }

        // HEAD names its branch, which is listed too.
        return references.GetValueOrDefault(reference.TargetIdentifier)?.TargetIdentifier ?? reference.TargetIdentifier;
    }

    private static void CloneAndCheckOut(string url, string commit, string folder)
    {
        Repository.Clone(url, folder, new CloneOptions { Checkout = false });
        using var repository = new Repository(folder);
        var found = repository.Lookup<Commit>(commit)
            ?? throw new GitException($"there is no commit '{commit}' on any branch or tag.");
        Commands.Checkout(repository, found, new CheckoutOptions { CheckoutModifiers = CheckoutModifiers.Force });
    }

    /// <summary>Lists what a name may stand for, the likeliest first. A tag with a message is an object of its own, that names the commit.</summary>
    public static string[] NamesOf(string name) => [$"refs/heads/{name}", $"refs/tags/{name}^{{}}", $"refs/tags/{name}"];

    /// <summary>Lists branches and tags for a person.</summary>
    public static string ListNames(IEnumerable<string> references)
    {
        string[] names =
        [
            .. references.Where(name => name.StartsWith("refs/heads/", StringComparison.Ordinal)
                    || (name.StartsWith("refs/tags/", StringComparison.Ordinal) && !name.EndsWith("^{}", StringComparison.Ordinal)))
                .Select(name => name.Split('/', 3)[2]),
        ];
        var more = names.Length > MaxNamesListed ? $" and {names.Length - MaxNamesListed} more" : "";
        return string.Join(", ", names.Take(MaxNamesListed)) + more;
    }
}
