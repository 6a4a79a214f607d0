using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>The capability of one attempt at a job: made by the worker, known to the store, and needed to finish the job.</summary>
[JsonConverter(typeof(IdentifierJsonConverter<AttemptToken>))]
public readonly record struct AttemptToken : IIdentifier<AttemptToken>
{
    private readonly string? _value;

    private AttemptToken(string value) => _value = value;

    /// <inheritdoc/>
    public static string Rule => IdentifierRule.Text;

    /// <inheritdoc/>
    public string Value => _value ?? "";

    /// <summary>Makes a new, unique identifier: a GUID.</summary>
    /// <returns>The identifier.</returns>
    public static AttemptToken New() => new(Guid.NewGuid().ToString());

    /// <summary>Makes the identifier of <paramref name="text"/>.</summary>
    /// <param name="text">1 to 128 characters, see <see cref="Rule"/>.</param>
    /// <returns>The identifier.</returns>
    /// <exception cref="FormatException">The text breaks the rule.</exception>
    public static AttemptToken Parse(string text) =>
        TryParse(text, out var identifier) ? identifier : throw new FormatException($"'{text}' is no attempt token: it must be {Rule}.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? text, out AttemptToken identifier)
    {
        var valid = IdentifierRule.Holds(text);
        identifier = valid ? new AttemptToken(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
