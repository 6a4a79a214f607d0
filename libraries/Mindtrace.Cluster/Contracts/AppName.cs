using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>Names an app behind the gateway: the first part of the path of its requests. Upper and lower case differ.</summary>
[JsonConverter(typeof(IdentifierJsonConverter<AppName>))]
public readonly record struct AppName : IIdentifier<AppName>
{
    private readonly string? _value;

    private AppName(string value) => _value = value;

    /// <inheritdoc/>
    public static string Rule => "1 to 128 of the characters A-Z a-z 0-9 . _ - and begins with a letter or digit";

    /// <inheritdoc/>
    public string Value => _value ?? "";

    /// <summary>Makes the name of <paramref name="text"/>.</summary>
    /// <param name="text">1 to 128 characters, see <see cref="Rule"/>.</param>
    /// <returns>The name.</returns>
    /// <exception cref="FormatException">The text breaks the rule.</exception>
    public static AppName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is no name of an app: it must be {Rule}.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? text, out AppName identifier)
    {
        // No colon, which in a relative URL would end a scheme.
        var valid = JobType.TryParse(text, out _) && !text!.Contains(':');
        identifier = valid ? new AppName(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
