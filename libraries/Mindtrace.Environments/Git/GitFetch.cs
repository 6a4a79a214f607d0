using System.Text.RegularExpressions;
using LibGit2Sharp;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments;

/// <summary>Brings a mirror to hold what is asked for, and fetches no more than that takes.</summary>
/// <remarks>The first fetch of a branch brings its history: the library makes shallow clones, but cannot fetch into one later on.</remarks>
internal sealed partial class GitFetch(GitRequest request)
{
    private const string Origin = "origin";

    private readonly string _url = request.Url!;
    private int _timesAsked;

    public GitAnswer Run()
    {
        MakeMirror();
        using var mirror = new Repository(request.Mirror);
        return GitNames.IsFullId(request.Commit) ? FetchCommit(mirror, request.Commit!) : FetchName(mirror);
    }

    private GitAnswer FetchCommit(Repository mirror, string id)
    {
        if (Has(mirror, id))
        {
            return new GitAnswer { Commit = id };
        }

        try
        {
            Fetch(mirror, [$"{id}:refs/mindtrace/{id}"]);
        }
        catch (LibGit2SharpException)
        {
            // Servers need not give what is not at the top of a branch or tag.
            FetchAll(mirror);
        }

        return Has(mirror, id) ? new GitAnswer { Commit = id, Fetched = true } : throw NoCommit(id);
    }

    private GitAnswer FetchName(Repository mirror)
    {
        var name = request.Commit ?? request.Branch;
        var references = List(mirror);
        var found = name is null
            ? references.GetValueOrDefault("HEAD")
            : GitCommand.NamesOf(name).Select(references.GetValueOrDefault).FirstOrDefault(reference => reference is not null);
        // HEAD names its branch, which is listed too, unless it has no commit yet.
        found = found is SymbolicReference ? references.GetValueOrDefault(found.TargetIdentifier) : found;
        if (found is null)
        {
            return request.Commit is { } id && ShortId().IsMatch(id) ? FetchAbbreviated(mirror, id) : throw NoName(name, references.Keys);
        }

        if (Has(mirror, found.TargetIdentifier))
        {
            return new GitAnswer { Commit = found.TargetIdentifier };
        }

        var source = found.CanonicalName.Replace("^{}", "", StringComparison.Ordinal);
        Fetch(mirror, [$"+{source}:{(source == "HEAD" ? "refs/mindtrace/HEAD" : source)}"]);
        return Has(mirror, found.TargetIdentifier)
            ? new GitAnswer { Commit = found.TargetIdentifier, Fetched = true }
            : throw NoCommit(found.TargetIdentifier);
    }

    private GitAnswer FetchAbbreviated(Repository mirror, string id)
    {
        FetchAll(mirror);
        return mirror.Lookup<Commit>(id) is { } commit ? new GitAnswer { Commit = commit.Sha, Fetched = true } : throw NoCommit(id);
    }

    private void FetchAll(Repository mirror) =>
        Fetch(mirror, ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]);

    private void Fetch(Repository mirror, string[] refspecs) => Authenticated(() => Commands.Fetch(
        mirror, Origin, refspecs, new FetchOptions { CredentialsProvider = GiveToken, TagFetchMode = TagFetchMode.None }, logMessage: null));

    private Dictionary<string, Reference> List(Repository mirror)
    {
        Dictionary<string, Reference> references = [];
        Authenticated(() => references = mirror.Network.ListReferences(mirror.Network.Remotes[Origin], GiveToken).ToDictionary(reference => reference.CanonicalName));
        return references;
    }

    private void Authenticated(Action call)
    {
        _timesAsked = 0;
        try
        {
            call();
        }
        catch (Exception fault) when (_timesAsked > (request.Token is null ? 0 : 1))
        {
            throw new GitStepException(GitStepException.Clone, request.Token is null
                ? $"Authentication failed: {_url} does not exist, or asks for a token and none is configured for its owner. {fault.Message}"
                : $"Authentication failed: {_url} does not exist, or does not take the configured token. {fault.Message}");
        }
    }

    /// <summary>Gives the token once. Whoever asks again did not take it, and would ask for ever.</summary>
    private UsernamePasswordCredentials GiveToken(string url, string? user, SupportedCredentialTypes types) =>
        ++_timesAsked == 1 && request.Token is { } token
            ? new UsernamePasswordCredentials { Username = "x-access-token", Password = token }
            : throw new LibGit2SharpException("The server refused.");

    /// <summary>Makes the mirror whole or not at all: its process may be killed at any time.</summary>
    private void MakeMirror()
    {
        if (Directory.Exists(request.Mirror))
        {
            return;
        }

        var incomplete = request.Mirror + ".new";
        if (Directory.Exists(incomplete))
        {
            Directory.Delete(incomplete, recursive: true);
        }

        Repository.Init(incomplete, isBare: true);
        using (var repository = new Repository(incomplete))
        {
            repository.Network.Remotes.Add(Origin, _url);
        }

        Directory.Move(incomplete, request.Mirror);
    }

    private static bool Has(Repository mirror, string id) => mirror.Lookup<Commit>(id) is not null;

    private GitStepException NoCommit(string id) => new(GitStepException.Checkout, $"There is no commit '{id}' on any branch or tag of {_url}.");

    private GitStepException NoName(string? name, IEnumerable<string> references) => new(GitStepException.Checkout, name is null
        ? $"{_url} is empty."
        : $"There is no branch and no tag '{name}' in {_url}. There is: {GitCommand.ListNames(references)}.");

    [GeneratedRegex(@"\A[0-9a-f]{7,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ShortId();
}
