using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments;

/// <summary>Makes checkouts of repositories and of their submodules, each by the same rules and from a mirror of its own.</summary>
internal sealed class GitCheckouts(GitRepositoryRules rules, GitMirrors mirrors)
{
    private const int MaxSubmodules = 200;

    /// <returns>The commit of the repository.</returns>
    /// <exception cref="GitStepException">A repository or commit cannot be had.</exception>
    /// <exception cref="ScriptRefusedException">A submodule is not allowed.</exception>
    public async Task<string> CheckOutAsync(
        GitRepository repository, GitEnvironment environment, string folder, GitTrees trees, ScriptRun run, CancellationToken cancellationToken)
    {
        var tree = await mirrors.CheckOutAsync(repository, environment.Commit, environment.Branch, folder, cancellationToken).ConfigureAwait(false);
        trees.Add(tree);
        await run.TellAsync($"Checked out {tree.Commit}", cancellationToken).ConfigureAwait(false);
        var open = new Queue<(GitRepository Parent, GitTree Tree, GitSubmodule Module)>();
        AddSubmodules(repository, tree);
        for (var count = 0; environment.Submodules && open.TryDequeue(out var next); count++)
        {
            if (count == MaxSubmodules)
            {
                throw new GitStepException(GitStepException.Checkout, $"The repository has more than {MaxSubmodules} submodules.");
            }

            var (parent, (path, url, commit)) = (next.Parent, next.Module);
            var module = rules.CheckSubmodule(parent, url);
            await run.TellAsync($"Cloning submodule {path} from {module}", cancellationToken).ConfigureAwait(false);
            var below = await mirrors.CheckOutAsync(module, commit, branch: null, FolderOf(next.Tree, path), cancellationToken).ConfigureAwait(false);
            trees.Add(below);
            AddSubmodules(module, below);
        }

        return tree.Commit;

        void AddSubmodules(GitRepository parent, GitTree parentTree)
        {
            foreach (var module in parentTree.Submodules)
            {
                open.Enqueue((parent, parentTree, module));
            }
        }
    }

    /// <summary>Finds the folder that git made for a submodule. A link in its place would have the submodule written elsewhere.</summary>
    private static string FolderOf(GitTree tree, string path)
    {
        GitNames.CheckPath("submodule", path);
        var found = TreePath.Find(tree.Folder, "submodule", path);
        return found == Path.Combine(TreePath.Find(tree.Folder, "submodule", path: null), path)
            ? found
            : throw new ScriptRefusedException("submodule", $"'{path}' is a link.");
    }
}

/// <summary>The checkouts of a run. Their mirrors stay until this is disposed.</summary>
internal sealed class GitTrees : IDisposable
{
    private readonly List<GitTree> _trees = [];

    public void Add(GitTree tree) => _trees.Add(tree);

    public void Dispose() => _trees.ForEach(tree => tree.Dispose());
}
