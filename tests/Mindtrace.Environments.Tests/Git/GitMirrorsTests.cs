using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Tests.Git;

public sealed class GitMirrorsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestRepository _repository;
    private readonly GitHttpServer _http;
    private readonly GitChildren _git = new();
    private readonly List<GitTree> _trees = [];
    private CancellationTokenSource _cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly string _first;
    private readonly string _second;
    private GitDaemon _daemon = null!;

    public GitMirrorsTests()
    {
        _repository = new TestRepository(_folder["served/owner/repository"]);
        _first = _repository.Commit("file.txt", "one");
        _second = _repository.Commit("file.txt", "two");
        _http = new GitHttpServer(_folder["served"]);
    }

    public static TheoryData<string> Protocols => ["file", "http", "git"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _daemon = await GitDaemon.StartAsync(_folder["served"], Cancel);

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task CheckOut_NothingNamed_IsTheDefaultBranch(string protocol)
    {
        var tree = await CheckOutAsync(protocol);

        Assert.Equal(_second, tree.Commit);
        Assert.Equal("two", Read(tree));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task CheckOut_OldCommit_IsThatCommit(string protocol)
    {
        var tree = await CheckOutAsync(protocol, commit: _first);

        Assert.Equal((_first, "one"), (tree.Commit, Read(tree)));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task CheckOut_CommitAndBranch_IsTheCommit(string protocol)
    {
        var tree = await CheckOutAsync(protocol, commit: _first, branch: "main");

        Assert.Equal(_first, tree.Commit);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task CheckOut_BranchMovedOn_IsItsNewCommit(string protocol)
    {
        await CheckOutAsync(protocol, branch: "main");
        var third = _repository.Commit("file.txt", "three");

        var tree = await CheckOutAsync(protocol, branch: "main");

        Assert.Equal((third, "three"), (tree.Commit, Read(tree)));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task CheckOut_OldCommitAfterItsBranch_IsThatCommit(string protocol)
    {
        await CheckOutAsync(protocol, branch: "main");

        var tree = await CheckOutAsync(protocol, commit: _first);

        Assert.Equal("one", Read(tree));
    }

    [Fact]
    public async Task CheckOut_TagOrOtherBranchOrShortId_IsWhatItStandsFor()
    {
        _repository.CreateTag("v1");
        _repository.CreateBranch("feature/a", _first);

        Assert.Equal(_second, (await CheckOutAsync("http", commit: "v1")).Commit);
        Assert.Equal(_second, (await CheckOutAsync("http", branch: "v1")).Commit);
        Assert.Equal(_first, (await CheckOutAsync("http", branch: "feature/a")).Commit);
        Assert.Equal(_first, (await CheckOutAsync("http", commit: _first[..8])).Commit);
    }

    [Fact]
    public async Task CheckOut_KnownCommit_AsksNobody()
    {
        await CheckOutAsync("http");
        _http.Requests.Clear();

        await CheckOutAsync("http", commit: _second);

        Assert.Empty(_http.Requests);
    }

    [Fact]
    public async Task CheckOut_BranchDidNotMove_FetchesNothing()
    {
        await CheckOutAsync("http");
        _http.Requests.Clear();

        await CheckOutAsync("http");

        Assert.All(_http.Requests, request => Assert.StartsWith("GET ", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task CheckOut_IsARepository_WithItsHistoryAndOrigin()
    {
        var tree = await CheckOutAsync("http");

        using var repository = new LibGit2Sharp.Repository(tree.Folder);
        Assert.Equal([_second, _first], repository.Commits.Select(commit => commit.Sha));
        Assert.Equal(_http.UrlOf("owner/repository").AbsoluteUri, repository.Network.Remotes["origin"].Url);
    }

    [Fact]
    public async Task CheckOut_UnknownCommitOrBranch_SaysWhichAndWhatThereIs()
    {
        var commit = await Assert.ThrowsAsync<GitStepException>(() => CheckOutAsync("http", commit: new string('a', 40)));
        var branch = await Assert.ThrowsAsync<GitStepException>(() => CheckOutAsync("http", branch: "nope"));

        Assert.Equal((GitStepException.Checkout, GitStepException.Checkout), (commit.Step, branch.Step));
        Assert.Contains(new string('a', 40), commit.Message, StringComparison.Ordinal);
        Assert.Contains("'nope'", branch.Message, StringComparison.Ordinal);
        Assert.Contains("main", branch.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckOut_NoSuchRepository_FailsToClone()
    {
        var fault = await Assert.ThrowsAsync<GitStepException>(() => CheckOutAsync(_http.UrlOf("owner/other")));

        Assert.Equal(GitStepException.Clone, fault.Step);
    }

    [Fact]
    public async Task CheckOut_EmptyRepository_SaysSo()
    {
        using var empty = new TestRepository(_folder["served/owner/empty"]);

        var fault = await Assert.ThrowsAsync<GitStepException>(() => CheckOutAsync(_http.UrlOf("owner/empty")));

        Assert.Contains("empty", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckOut_ServerAsksForTheToken_IsGivenItAndItIsNowhereElse()
    {
        _http.Password = "s3cret-token";

        var tree = await CheckOutAsync(_http.UrlOf("owner/repository"), token: "s3cret-token");

        Assert.Equal("two", Read(tree));
        Assert.All(_http.Credentials, credentials => Assert.Equal("x-access-token:s3cret-token", credentials));
        string[] kept = [.. Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories)];
        Assert.DoesNotContain(kept, path => File.ReadAllText(path).Contains("s3cret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task CheckOut_ServerRefusesTheToken_SaysAuthenticationFailed(string? token)
    {
        _http.Password = "s3cret-token";

        var fault = await Assert.ThrowsAsync<GitStepException>(() => CheckOutAsync(_http.UrlOf("owner/repository"), token: token));

        Assert.Equal(GitStepException.Clone, fault.Step);
        Assert.StartsWith("Authentication failed", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckOut_ServerDoesNotAskForTheToken_IsNotGivenIt()
    {
        await CheckOutAsync(_http.UrlOf("owner/repository"), token: "s3cret-token");

        Assert.Empty(_http.Credentials);
    }

    [Fact]
    public async Task CheckOut_ServerFallsSilent_EndsWhenCancelledAndTheNextOneWorks()
    {
        var gate = new TaskCompletionSource();
        _http.Gate = gate.Task;
        var waiting = CheckOutAsync("http");
        await _http.Asked.Task.WaitAsync(Cancel);

        await _cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.SetResult();
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Assert.Equal("two", Read(await CheckOutAsync("http")));
    }

    [Fact]
    public async Task CheckOut_ManyAtOnce_AllGetTheirTree()
    {
        var trees = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CheckOutAsync("http")));

        Assert.All(trees, tree => Assert.Equal("two", Read(tree)));
        Assert.Single(_http.Requests, request => request.StartsWith("POST ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mirrors_BeyondTheQuota_GoUnlessTheyAreInUse()
    {
        using var second = new TestRepository(_folder["served/owner/second"]);
        second.Commit("file.txt", "second");
        using var third = new TestRepository(_folder["served/owner/third"]);
        third.Commit("file.txt", "third");
        var kept = await CheckOutAsync("http", maxBytes: 0);
        var left = await CheckOutAsync(_http.UrlOf("owner/second"), maxBytes: 0);
        left.Dispose();

        await CheckOutAsync(_http.UrlOf("owner/third"), maxBytes: 0);

        Assert.Equal(2, Directory.GetDirectories(_folder["mirrors"], "*.git").Length);
        using var repository = new LibGit2Sharp.Repository(kept.Folder);
        Assert.Equal("two", ((LibGit2Sharp.Blob)repository.Head.Tip["file.txt"].Target).GetContentText());
    }

    public async ValueTask DisposeAsync()
    {
        _trees.ForEach(tree => tree.Dispose());
        _git.Dispose();
        _cancel.Dispose();
        await _daemon.DisposeAsync();
        await _http.DisposeAsync();
        _repository.Dispose();
        _folder.Dispose();
    }

    private static string Read(GitTree tree) => File.ReadAllText(Path.Combine(tree.Folder, "file.txt"));

    private Task<GitTree> CheckOutAsync(string protocol, string? commit = null, string? branch = null, long maxBytes = long.MaxValue) =>
        CheckOutAsync(
            protocol switch
            {
                "http" => _http.UrlOf("owner/repository"),
                "git" => _daemon.UrlOf("owner/repository"),
                _ => _repository.FileUrl,
            },
            commit, branch, maxBytes: maxBytes);

    private async Task<GitTree> CheckOutAsync(
        Uri url, string? commit = null, string? branch = null, string? token = null, long maxBytes = long.MaxValue)
    {
        var mirrors = new GitMirrors(
            new ScriptDirectoryOptions { MirrorsDirectory = _folder["mirrors"], MaxMirrorBytes = maxBytes }, _git, TimeProvider.System);
        var tree = await mirrors.CheckOutAsync(
            new GitRepository(url, "owner", token), commit, branch, _folder["trees/" + Guid.NewGuid()], _cancel.Token);
        lock (_trees)
        {
            _trees.Add(tree);
        }

        return tree;
    }
}
