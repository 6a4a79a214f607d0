using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>Identifies one start of a worker process.</summary>
[JsonConverter(typeof(IdentifierJsonConverter<WorkerId>))]
public readonly record struct WorkerId : IIdentifier<WorkerId>
{
    private readonly string? _value;

    private WorkerId(string value) => _value = value;

    /// <inheritdoc/>
    public static string Rule => IdentifierRule.Text;

    /// <inheritdoc/>
    public string Value => _value ?? "";

    /// <summary>Makes a new, unique identifier: a GUID.</summary>
    /// <returns>The identifier.</returns>
    public static WorkerId New() => new(Guid.CreateVersion7().ToString());

    /// <summary>Makes the identifier of <paramref name="text"/>.</summary>
    /// <param name="text">1 to 128 characters, see <see cref="Rule"/>.</param>
    /// <returns>The identifier.</returns>
    /// <exception cref="FormatException">The text breaks the rule.</exception>
    public static WorkerId Parse(string text) =>
        TryParse(text, out var identifier) ? identifier : throw new FormatException($"'{text}' is no worker id: it must be {Rule}.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? text, out WorkerId identifier)
    {
        var valid = IdentifierRule.Holds(text);
        identifier = valid ? new WorkerId(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
