using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>Names an API key of the cluster.</summary>
[JsonConverter(typeof(IdentifierJsonConverter<KeyName>))]
public readonly record struct KeyName : IIdentifier<KeyName>
{
    private readonly string? _value;

    private KeyName(string value) => _value = value;

    /// <inheritdoc/>
    public static string Rule => AppName.Rule;

    /// <inheritdoc/>
    public string Value => _value ?? "";

    /// <summary>Makes the name of <paramref name="text"/>.</summary>
    /// <param name="text">1 to 128 characters, see <see cref="Rule"/>.</param>
    /// <returns>The name.</returns>
    /// <exception cref="FormatException">The text breaks the rule.</exception>
    public static KeyName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is no name of a key: it must be {Rule}.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? text, out KeyName identifier)
    {
        // The same characters: none that ends a bearer token.
        var valid = AppName.TryParse(text, out _);
        identifier = valid ? new KeyName(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
