using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Services;

/// <summary>Who may call a service. Bound from <c>Security</c>.</summary>
public sealed class SecurityOptions : IValidatableObject
{
    /// <summary>The section that the options are bound from.</summary>
    public const string SectionName = "Security";

    /// <summary>The fewest characters that a key may have.</summary>
    public const int MinKeyLength = 16;

    /// <summary>
    /// Gets or sets the service's own key: who sends it as <c>Authorization: Bearer</c> holds every role there, with no store to be asked, and
    /// the service itself sends it to the manager. The manager's is the key of the cluster.
    /// </summary>
    /// <value>At least 16 characters. There is no default.</value>
    public string? ApiKey { get; set; }

    /// <summary>Gets or sets a key that holds the role node alone: the own key of nodes that are deployed along with this manager.</summary>
    /// <value>At least 16 characters, none of the other keys. There is none by default; <c>create_key</c> makes others.</value>
    public string? NodeKey { get; set; }

    /// <summary>Gets or sets a key that holds the role worker alone: the own key of workers that are deployed along with this manager.</summary>
    /// <value>At least 16 characters, none of the other keys. There is none by default; <c>create_key</c> makes others.</value>
    public string? WorkerKey { get; set; }

    /// <summary>Gets or sets a value indicating whether callers on the same machine need no key.</summary>
    /// <value>Off by default. For clients that cannot send one; web pages and forwarded requests stay shut out.</value>
    public bool AnonymousLoopback { get; set; }

    /// <summary>Gets the names by which the service may be called, beside those that it may always be called by.</summary>
    /// <value>
    /// Host names without port; <c>*.example.org</c> for all below one, <c>*</c> for any. None by default: then addresses, names without
    /// a dot, names that end in <c>.localhost</c> or <c>.internal</c>, those of the machine, and those of the service's URLs.
    /// </value>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Gets the sites, beside the service's own, whose pages may send requests that change something.</summary>
    /// <value>Origins as browsers send them, such as <c>https://jobs.example.org</c>. None by default.</value>
    public IList<string> AllowedOrigins { get; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(ApiKey))
        {
            yield return new(
                "Security:ApiKey is not set. Give the service a key, "
                + $"at least {MinKeyLength} characters long, for instance as the environment variable Security__ApiKey.",
                [nameof(ApiKey)]);
        }

        (string Name, string? Key)[] keys = [(nameof(ApiKey), ApiKey), (nameof(NodeKey), NodeKey), (nameof(WorkerKey), WorkerKey)];
        foreach (var (name, key) in keys.Where(key => key.Key is { Length: > 0 and < MinKeyLength } || (key.Key is "" && key.Name != nameof(ApiKey))))
        {
            yield return new($"Security:{name} has {key!.Length} characters; it needs at least {MinKeyLength}.", [name]);
        }

        foreach (var same in keys.Where(key => key.Key is not null).GroupBy(key => key.Key).Where(same => same.Count() > 1))
        {
            yield return new(
                $"{string.Join(" and ", same.Select(key => $"Security:{key.Name}"))} are the same key, which would hold the roles of all.",
                [.. same.Select(key => key.Name)]);
        }

        foreach (var origin in AllowedOrigins.Where(origin => !IsOrigin(origin)))
        {
            yield return new($"Security:AllowedOrigins has '{origin}', which is no origin such as https://jobs.example.org.", [nameof(AllowedOrigins)]);
        }
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase);
}
