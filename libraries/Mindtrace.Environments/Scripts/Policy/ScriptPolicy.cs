namespace Mindtrace.Environments.Scripts;

/// <summary>What scripts from git repositories may do on this machine. Bound from <c>Scripts:Policy</c>.</summary>
/// <remarks>Whoever may submit a job runs any command within this policy: it bounds where code comes from, not what it does.</remarks>
public sealed class ScriptPolicy
{
    /// <summary>Where the settings are found.</summary>
    public const string SectionName = "Scripts:Policy";

    /// <summary>Gets or sets a value indicating whether commands may run as bare processes, in the account of the worker.</summary>
    /// <value>The default is false: no script from a git repository runs.</value>
    public bool AllowProcesses { get; set; }

    /// <summary>Gets or sets the hosts that repositories may come from, over https. Another port or protocol is named with it.</summary>
    /// <value>Such as <c>github.com</c>, <c>git.example.com:8443</c>, <c>http://localhost:3000</c>, <c>git://10.0.0.5</c>. The default is github.com alone.</value>
    public IList<string> AllowedGitHosts { get; set; } = [];

    /// <summary>Gets or sets the owners that repositories may belong to: the first part of the path of their URL, in any case.</summary>
    /// <value>The default is none: any owner on the allowed hosts.</value>
    public IList<string> AllowedGitOwners { get; set; } = [];

    /// <summary>Gets or sets a value indicating whether repositories may be folders of this machine.</summary>
    /// <value>The default is false: whoever submits jobs could read what is not theirs.</value>
    public bool AllowFileRepositories { get; set; }
}
