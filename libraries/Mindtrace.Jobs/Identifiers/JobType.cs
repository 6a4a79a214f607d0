using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>Names a kind of job, and with it its queue. On the wire this is <c>schema_name</c> or <c>job_type</c>.</summary>
[JsonConverter(typeof(IdentifierJsonConverter<JobType>))]
public readonly record struct JobType : IIdentifier<JobType>
{
    private readonly string? _value;

    private JobType(string value) => _value = value;

    /// <inheritdoc/>
    public static string Rule => IdentifierRule.Text;

    /// <inheritdoc/>
    public string Value => _value ?? "";

    /// <summary>Makes the identifier of <paramref name="text"/>.</summary>
    /// <param name="text">1 to 128 characters, see <see cref="Rule"/>.</param>
    /// <returns>The identifier.</returns>
    /// <exception cref="FormatException">The text breaks the rule.</exception>
    public static JobType Parse(string text) =>
        TryParse(text, out var identifier) ? identifier : throw new FormatException($"'{text}' is no job type: it must be {Rule}.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? text, out JobType identifier)
    {
        var valid = IdentifierRule.Holds(text);
        identifier = valid ? new JobType(text!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
