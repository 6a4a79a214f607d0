using System.Text.RegularExpressions;

namespace Mindtrace.Environments.Scripts;

/// <summary>Reads the URL of a repository, and decides by what was read whether it may be cloned. What git is given is what was read.</summary>
internal sealed partial class GitRepositoryRules(ScriptPolicy policy, GitTokenOptions token)
{
    private const string DefaultHost = "github.com";
    private const string HostsRule = $"{ScriptPolicy.SectionName}:{nameof(ScriptPolicy.AllowedGitHosts)}";
    private const string OwnersRule = $"{ScriptPolicy.SectionName}:{nameof(ScriptPolicy.AllowedGitOwners)}";
    private const string FilesRule = $"{ScriptPolicy.SectionName}:{nameof(ScriptPolicy.AllowFileRepositories)}";

    private readonly HashSet<string> _origins =
        [.. (policy.AllowedGitHosts.Count > 0 ? policy.AllowedGitHosts : [DefaultHost]).Select(OriginOf).Where(origin => origin is not null).Select(origin => origin!)];

    /// <exception cref="ScriptRefusedException">It is no URL, or not one that is allowed.</exception>
    public GitRepository Check(string text)
    {
        if (!PlainUrl().IsMatch(text) || !Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            throw new ScriptRefusedException(HostsRule, $"'{Shown(text)}' is no URL of a git repository; one is such as https://github.com/owner/repository.git.");
        }

        if (url.IsFile)
        {
            return policy.AllowFileRepositories && !url.IsUnc
                ? new GitRepository(url, Owner: "", Token: null)
                : throw new ScriptRefusedException(FilesRule, "Repositories in folders of this machine are not allowed.");
        }

        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            throw new ScriptRefusedException(HostsRule, "The URL of a repository must hold no credentials, query or fragment: jobs can be read by others.");
        }

        var origin = url.GetLeftPart(UriPartial.Authority);
        if (!_origins.Contains(origin))
        {
            throw new ScriptRefusedException(HostsRule, $"{origin} is no allowed source of repositories; allowed are {string.Join(", ", _origins.Order(StringComparer.Ordinal))}.");
        }

        var path = url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path.Length == 0 || path.Any(part => !PathPart().IsMatch(part)))
        {
            throw new ScriptRefusedException(HostsRule, $"{origin}{Shown(url.AbsolutePath)} is no path of a repository, such as /owner/repository.git.");
        }

        // A repository without an owner belongs to nobody's list.
        var owner = path.Length > 1 ? path[0] : "";
        return policy.AllowedGitOwners.Count == 0 || policy.AllowedGitOwners.Contains(owner, StringComparer.OrdinalIgnoreCase)
            ? new GitRepository(url, owner, TokenFor(origin, owner))
            : throw new ScriptRefusedException(OwnersRule, $"'{owner}' is no allowed owner of repositories; allowed are {string.Join(", ", policy.AllowedGitOwners)}.");
    }

    /// <summary>Checks a submodule, whose URL may be relative to that of the repository.</summary>
    /// <exception cref="ScriptRefusedException">It is not allowed.</exception>
    public GitRepository CheckSubmodule(GitRepository parent, string url) =>
        Check(url.StartsWith("./", StringComparison.Ordinal) || url.StartsWith("../", StringComparison.Ordinal)
            ? new Uri(new Uri(parent.Url.AbsoluteUri.TrimEnd('/') + "/"), url).AbsoluteUri
            : url);

    private string? TokenFor(string origin, string owner) =>
        origin == OriginOf(token.TokenHost) && origin.StartsWith("https:", StringComparison.Ordinal)
            && token.TokenOwners().Contains(owner, StringComparer.OrdinalIgnoreCase) && token.Token is { Length: > 0 } secret
            ? secret
            : null;

    private static string? OriginOf(string host) =>
        Uri.TryCreate(host.Contains("://", StringComparison.Ordinal) ? host : "https://" + host, UriKind.Absolute, out var url)
            ? url.GetLeftPart(UriPartial.Authority)
            : null;

    private static string Shown(string text) => text.Length > 200 ? text[..200] + "…" : text;

    // Nothing that two readers could understand differently: no spaces, controls, backslashes, quotes or letters outside of ASCII.
    [GeneratedRegex(@"\A[a-z][a-z0-9+.-]*://[!#-\[\]_a-z{}~-]+\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex PlainUrl();

    [GeneratedRegex(@"\A[A-Za-z0-9_.~+][A-Za-z0-9_.~+-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PathPart();
}

/// <summary>A repository that may be cloned.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="Owner">Whose it is; empty if the URL does not say.</param>
/// <param name="Token">What its host may be given to prove who asks.</param>
internal sealed record GitRepository(Uri Url, string Owner, string? Token)
{
    // A record would print the token.
    public override string ToString() => Url.AbsoluteUri;
}
