using System.Text.Json.Serialization;

namespace Mindtrace.Environments.Scripts;

/// <summary>An environment that is a fresh checkout of a git repository, on the machine of the worker. It comes from a job: nothing in it is trusted.</summary>
/// <param name="RepoUrl">Where the repository is.</param>
public sealed record GitEnvironment(string RepoUrl)
{
    /// <summary>Gets the branch or tag.</summary>
    /// <value>The default is the repository's default branch.</value>
    public string? Branch { get; init; }

    /// <summary>Gets the commit, as an id or a name. It wins over <see cref="Branch"/>.</summary>
    public string? Commit { get; init; }

    /// <summary>Gets the folder of the checkout that the command runs in.</summary>
    /// <value>The default is the checkout's root.</value>
    public string? WorkingDir { get; init; }

    /// <summary>Gets the project, a folder relative to <see cref="WorkingDir"/>, whose dependencies uv installs.</summary>
    public string? Project { get; init; }

    /// <summary>Gets a value indicating whether submodules are checked out, and theirs.</summary>
    public bool Submodules { get; init; }

    /// <summary>Gets the commands that prepare the checkout, instead of those that its files ask for.</summary>
    /// <value>The default is none given: what to do is seen by the files. An empty list does nothing.</value>
    [JsonIgnore]
    public IReadOnlyList<ScriptCommand>? Setup { get; init; }

    /// <summary>Gets variables of the commands.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
}
