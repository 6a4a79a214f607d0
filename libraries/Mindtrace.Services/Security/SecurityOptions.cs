using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Services;

/// <summary>Who may call a service. Bound from <c>Security</c>.</summary>
public sealed class SecurityOptions : IValidatableObject
{
    /// <summary>The section that the options are bound from.</summary>
    public const string SectionName = "Security";

    /// <summary>The fewest characters that a key may have.</summary>
    public const int MinKeyLength = 16;

    /// <summary>Gets or sets the key that callers send as <c>Authorization: Bearer</c>; it holds every role, and needs no store to be valid.</summary>
    /// <value>At least 16 characters, the same for all services of a cluster. There is no default.</value>
    public string? ApiKey { get; set; }

    /// <summary>Gets or sets a value indicating whether callers on the same machine need no key.</summary>
    /// <value>Off by default. For clients that cannot send one; web pages and forwarded requests stay shut out.</value>
    public bool AnonymousLoopback { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(ApiKey))
        {
            yield return new(
                "Security:ApiKey is not set. Give all services of the cluster the same key, "
                + $"at least {MinKeyLength} characters long, for instance as the environment variable Security__ApiKey.",
                [nameof(ApiKey)]);
        }
        else if (ApiKey.Length < MinKeyLength)
        {
            yield return new(
                $"Security:ApiKey has {ApiKey.Length} characters; it needs at least {MinKeyLength}.", [nameof(ApiKey)]);
        }
    }
}
