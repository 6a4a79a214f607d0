using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>Names a recurring job. The ids of its jobs begin with it.</summary>
[JsonConverter(typeof(IdentifierJsonConverter<ScheduleName>))]
public readonly record struct ScheduleName : IIdentifier<ScheduleName>
{
    private readonly string? _value;

    private ScheduleName(string value) => _value = value;

    /// <inheritdoc/>
    public static string Rule => "1 to 100 of the characters A-Z a-z 0-9 . _ : - and begins with a letter or digit";

    /// <inheritdoc/>
    public string Value => _value ?? "";

    /// <summary>The longest name, in characters: with an instant behind it, it is still a job id.</summary>
    public const int MaxLength = 100;

    /// <summary>Makes the identifier of <paramref name="text"/>.</summary>
    /// <param name="text">1 to 100 characters, see <see cref="Rule"/>.</param>
    /// <returns>The identifier.</returns>
    /// <exception cref="FormatException">The text breaks the rule.</exception>
    public static ScheduleName Parse(string text) =>
        TryParse(text, out var identifier) ? identifier : throw new FormatException($"'{text}' is no schedule name: it must be {Rule}.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? text, out ScheduleName identifier)
    {
        var valid = IdentifierRule.Holds(text) && text.Length <= MaxLength;
        identifier = valid ? new ScheduleName(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
