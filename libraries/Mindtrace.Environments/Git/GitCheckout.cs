using LibGit2Sharp;

namespace Mindtrace.Environments;

/// <summary>Makes a working tree of a commit that a mirror holds. Nothing is copied but the files: the objects stay in the mirror.</summary>
internal static class GitCheckout
{
    public static GitAnswer CheckOut(GitRequest request)
    {
        var id = request.Commit!;
        if (!Directory.Exists(request.Mirror) || !MirrorHas(request.Mirror, id))
        {
            return new GitAnswer { IsMissing = true };
        }

        Repository.Init(request.Folder);
        var metadata = Path.Combine(request.Folder!, ".git");
        File.WriteAllText(Path.Combine(metadata, "objects", "info", "alternates"), Path.Combine(request.Mirror, "objects") + "\n");
        using var repository = new Repository(request.Folder);
        repository.Network.Remotes.Add("origin", request.Origin);
        var commit = repository.Lookup<Commit>(id);
        Commands.Checkout(repository, commit, new CheckoutOptions { CheckoutModifiers = CheckoutModifiers.Force });
        return new GitAnswer { Commit = commit.Sha, Submodules = [.. FindSubmodules(repository, commit)] };
    }

    private static bool MirrorHas(string mirror, string id)
    {
        using var repository = new Repository(mirror);
        return repository.Lookup<Commit>(id) is not null;
    }

    private static IEnumerable<GitSubmodule> FindSubmodules(Repository repository, Commit commit) =>
        commit.Tree[".gitmodules"] is null
            ? []
            : repository.Submodules.Select(module => new GitSubmodule(module.Path, module.Url, commit.Tree[module.Path]?.Target.Sha ?? ""));
}
