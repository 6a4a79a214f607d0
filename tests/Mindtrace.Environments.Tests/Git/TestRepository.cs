using LibGit2Sharp;

namespace Mindtrace.Environments.Tests.Git;

/// <summary>A git repository of a test, in a folder.</summary>
internal sealed class TestRepository : IDisposable
{
    private readonly Repository _repository;
    private readonly string _folder;

    public TestRepository(string folder)
    {
        _folder = folder;
        Repository.Init(folder);
        _repository = new Repository(folder);
        _repository.Refs.UpdateTarget("HEAD", "refs/heads/main");
    }

    public Uri FileUrl => new(new Uri(_folder).AbsoluteUri);

    public string Commit(string path, string text)
    {
        Write(path, text);
        Commands.Stage(_repository, "*");
        return CommitStaged();
    }

    public string CommitLink(string path, string target)
    {
        File.CreateSymbolicLink(Path.Combine(_folder, path), target);
        Commands.Stage(_repository, "*");
        return CommitStaged();
    }

    /// <summary>Commits a submodule as git itself would write it, or as an attacker would.</summary>
    public string CommitSubmodule(string path, string url, string commit)
    {
        Write(".gitmodules", $"[submodule \"m\"]\n\tpath = {path}\n\turl = {url}\n");
        Commands.Stage(_repository, ".gitmodules");
        var tree = TreeDefinition.From(_repository.ObjectDatabase.CreateTree(_repository.Index)).AddGitLink(path, new ObjectId(commit));
        var made = _repository.ObjectDatabase.CreateCommit(
            Signature(), Signature(), "A submodule", _repository.ObjectDatabase.CreateTree(tree), [_repository.Head.Tip], prettifyMessage: false);
        _repository.Refs.UpdateTarget(_repository.Refs["refs/heads/main"], made.Id);
        return made.Sha;
    }

    public void CreateBranch(string name, string commit) => _repository.CreateBranch(name, commit);

    public void CreateTag(string name) => _repository.ApplyTag(name, Signature(), "A tag with a message is an object of its own.");

    public void Dispose() => _repository.Dispose();

    private static Signature Signature() => new("test", "test@example.com", TimeProvider.System.GetUtcNow());

    private string CommitStaged() => _repository.Commit("A commit", Signature(), Signature()).Sha;

    private void Write(string path, string text)
    {
        var file = new FileInfo(Path.Combine(_folder, path));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
    }
}
