using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Services;

/// <summary>Requires a text of limited length without control characters, as fits a line of a log; none at all is left to other rules.</summary>
/// <param name="maxLength">The most characters, 1 or more.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PlainTextAttribute(int maxLength)
    : ValidationAttribute($"must have at most {maxLength} characters, and no line breaks or other control characters")
{
    /// <summary>Gets the most characters.</summary>
    public int MaxLength => maxLength;

    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is null || (value is string text && text.Length <= maxLength && PrintableText.Of(text, maxLength) == text);
}
