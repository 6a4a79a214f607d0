using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Mindtrace.Cluster;

/// <summary>What the git fields of a worker type may hold: nothing that git or a shell could take for anything but a name.</summary>
internal static partial class GitRules
{
    private const string RevisionRule =
        "must be up to 200 letters, digits and the characters . _ / + @ # -, must not begin with '-' and must not hold '..'";

    private static readonly string[] Schemes = [Uri.UriSchemeHttp, Uri.UriSchemeHttps, "ssh", Uri.UriSchemeFile];

    public static IEnumerable<ValidationResult> Validate(WorkerTypeDefinition definition)
    {
        var url = definition.GitRepoUrl;
        if (url is not null && FindFault(url) is { } fault)
        {
            yield return new(fault, [nameof(definition.GitRepoUrl)]);
        }

        foreach (var (field, value, isValid, rule) in new (string, string?, Func<string, bool>, string)[]
        {
            (nameof(definition.GitBranch), definition.GitBranch, IsRevision, RevisionRule),
            (nameof(definition.GitCommit), definition.GitCommit, IsRevision, RevisionRule),
            (nameof(definition.GitWorkingDir), definition.GitWorkingDir, RelativePath.IsValid, RelativePath.Rule),
            (nameof(definition.GitProject), definition.GitProject, RelativePath.IsValid, RelativePath.Rule),
        })
        {
            if (value is not null && url is null)
            {
                yield return new("needs git_repo_url", [field]);
            }
            else if (value is not null && !isValid(value))
            {
                yield return new(rule, [field]);
            }
        }
    }

    private static string? FindFault(Uri url)
    {
        if (!url.IsAbsoluteUri || !Schemes.Contains(url.Scheme))
        {
            return "must be an http, https or ssh URL, such as https://host/owner/repository.git or ssh://git@host/owner/repository.git";
        }

        if (url.UserInfo.Contains(':', StringComparison.Ordinal) || (url.UserInfo.Length > 0 && url.Scheme != "ssh"))
        {
            return "must not hold credentials: worker types can be read by every node";
        }

        // To ssh, a host or user that begins with a dash is an option.
        var isOption = url.Host.StartsWith('-') || url.UserInfo.StartsWith('-');
        return isOption || (url.Host.Length == 0 && !url.IsFile) ? "must name a host" : null;
    }

    private static bool IsRevision(string text) => Revision().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal);

    [GeneratedRegex(@"\A[\p{L}\p{N}_][\p{L}\p{N}._/+@#-]{0,199}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Revision();
}
