namespace Mindtrace.Environments.Scripts;

/// <summary>The token that private repositories are read with. Bound from <c>Scripts:Git</c>.</summary>
/// <remarks>It is handed to git alone, for repositories of the named owners at the named host: no job, log, argument or URL ever holds it.</remarks>
public sealed class GitTokenOptions
{
    /// <summary>Where the settings are found.</summary>
    public const string SectionName = "Scripts:Git";

    /// <summary>Gets or sets the token.</summary>
    /// <value>The default is none: only what is public can be read.</value>
    public string? Token { get; set; }

    /// <summary>Gets or sets the host that is given the token, over https alone.</summary>
    /// <value>The default is <c>github.com</c>.</value>
    public string TokenHost { get; set; } = "github.com";

    /// <summary>Gets or sets the owners whose repositories are read with the token, separated by commas.</summary>
    /// <value>The default is <c>Mindtrace</c>.</value>
    public string TokenOwnerList { get; set; } = "Mindtrace";

    internal string[] TokenOwners() => TokenOwnerList.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
