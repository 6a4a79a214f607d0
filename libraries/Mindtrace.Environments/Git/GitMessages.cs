using System.Text.Json.Serialization;

namespace Mindtrace.Environments;

/// <summary>What a <see cref="GitChild"/> is asked: a line of JSON on its standard input.</summary>
/// <param name="Mirror">The bare repository that keeps what was fetched.</param>
internal sealed record GitRequest(string Mirror)
{
    /// <summary>Gets where to fetch from; none to check out.</summary>
    public string? Url { get; init; }

    /// <summary>Gets what to send as the password where the server asks for one.</summary>
    public string? Token { get; init; }

    /// <summary>Gets the commit, as an id or a name, that is asked for; it wins over <see cref="Branch"/>.</summary>
    public string? Commit { get; init; }

    /// <summary>Gets the branch or tag that is asked for; none for the default branch.</summary>
    public string? Branch { get; init; }

    /// <summary>Gets the folder to check out into.</summary>
    public string? Folder { get; init; }

    /// <summary>Gets the URL to leave in the checkout as that of its origin.</summary>
    public string? Origin { get; init; }
}

/// <summary>What a <see cref="GitChild"/> answers: a line of JSON on its standard output.</summary>
internal sealed record GitAnswer
{
    /// <summary>Gets the commit that was asked for, 40 hexadecimal digits.</summary>
    public string? Commit { get; init; }

    /// <summary>Gets whether something was fetched that the mirror did not have.</summary>
    public bool Fetched { get; init; }

    /// <summary>Gets whether the mirror lacks the commit, which says nothing about the repository.</summary>
    public bool IsMissing { get; init; }

    /// <summary>Gets the submodules of the commit that was checked out.</summary>
    public IReadOnlyList<GitSubmodule> Submodules { get; init; } = [];

    /// <summary>Gets what went wrong.</summary>
    public string? Error { get; init; }

    /// <summary>Gets the step that went wrong.</summary>
    public string? FailedStep { get; init; }
}

/// <summary>A submodule, as the commit says. Nothing in it is trusted.</summary>
/// <param name="Path">Where it belongs in the checkout.</param>
/// <param name="Url">Where it comes from; relative to the repository's own URL if it begins with a dot.</param>
/// <param name="Commit">Its commit.</param>
internal sealed record GitSubmodule(string Path, string Url, string Commit);

[JsonSerializable(typeof(GitRequest))]
[JsonSerializable(typeof(GitAnswer))]
internal sealed partial class GitJson : JsonSerializerContext;
