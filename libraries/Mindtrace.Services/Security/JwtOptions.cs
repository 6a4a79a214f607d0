using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Services;

/// <summary>Whose tokens open a service beside API keys: those of any authority that speaks OpenID Connect. Bound from <c>Security:Jwt</c>.</summary>
public sealed class JwtOptions : IValidatableObject
{
    /// <summary>The section that the options are bound from.</summary>
    public const string SectionName = "Security:Jwt";

    /// <summary>Gets or sets who issues the tokens.</summary>
    /// <value>An https URL, or an http one on this machine. None by default: then no tokens are taken.</value>
    public Uri? Authority { get; set; }

    /// <summary>Gets or sets whom the tokens must be for.</summary>
    /// <value>Needed where there is an authority, since that issues tokens for others as well.</value>
    public string? Audience { get; set; }

    /// <summary>Gets or sets the claim that names the caller.</summary>
    /// <value>The default is <c>sub</c>. The caller is known as <c>oidc:</c> and its value.</value>
    [Required]
    public string NameClaim { get; set; } = "sub";

    /// <summary>Gets or sets the claim that holds the roles, one value or a list.</summary>
    /// <value>The default is <c>roles</c>.</value>
    [Required]
    public string RolesClaim { get; set; } = "roles";

    /// <summary>Gets the value of that claim for each role.</summary>
    /// <value>Without, the role's own name: <c>viewer</c>, <c>submitter</c>, <c>operator</c> or <c>admin</c>. Node and worker need a key.</value>
    public IDictionary<Role, string> Roles { get; } = new Dictionary<Role, string>();

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Authority is { } authority && !(authority.IsAbsoluteUri && (authority.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback))))
        {
            yield return new($"{SectionName}:{nameof(Authority)} must be an https URL, or an http one on this machine.", [nameof(Authority)]);
        }

        if (Authority is not null && string.IsNullOrWhiteSpace(Audience))
        {
            yield return new($"{SectionName}:{nameof(Audience)} must be set: the authority issues tokens for others as well.", [nameof(Audience)]);
        }

        foreach (var role in Roles.Keys.Where(role => role is Role.Node or Role.Worker or Role.Job))
        {
            yield return new($"{SectionName}:{nameof(Roles)} must not have {role}: services need a key.", [nameof(Roles)]);
        }
    }
}
