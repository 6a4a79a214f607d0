using System.Diagnostics.CodeAnalysis;

namespace Mindtrace.Services;

/// <summary>Makes text of others fit for a line of a log: whoever sends it can neither begin a line of its own nor steer a terminal.</summary>
public static class PrintableText
{
    private const char Replacement = '\uFFFD';

    /// <summary>Replaces control characters and line separators, and cuts what is too long.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">How many characters to keep, 1 or more.</param>
    /// <returns>The text on one line; <see langword="null"/> for none.</returns>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text, int maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        if (text is null)
        {
            return null;
        }

        var kept = text.Length > maxLength ? text[..maxLength] + "…" : text;
        return kept.Any(IsUnfit) ? string.Concat(kept.Select(c => IsUnfit(c) ? Replacement : c)) : kept;
    }

    // Overrides of the direction of writing show another text than the one that is there.
    private static bool IsUnfit(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
