using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Mindtrace.Registry;

/// <summary>The name of a registry object, written <c>kind:name</c>, such as <c>worker:echo</c>.</summary>
/// <remarks>
/// A name becomes object keys and file names, so its alphabet is small: no separators, no <c>@</c>, nothing to escape.
/// Case counts, also on file systems where it does not.
/// </remarks>
public readonly partial record struct RegistryName : IParsable<RegistryName>
{
    /// <summary>The most characters that <see cref="Kind"/> may have: 32.</summary>
    public const int MaxKindLength = 32;

    /// <summary>The most characters that <see cref="Name"/> may have: 96.</summary>
    public const int MaxNameLength = 96;

    private const string Rule =
        "A registry name is kind:name. The kind is up to 32 lower-case letters, digits, '_' and '-', beginning with a letter. " +
        "The name is up to 96 letters, digits, '.', '_' and '-', beginning with a letter, a digit or '_' and not ending with '.'.";

    private readonly string? _kind;
    private readonly string? _name;

    /// <summary>Makes a name of its two parts.</summary>
    /// <param name="kind">What sort of thing is named: up to 32 characters of a-z, 0-9, <c>_</c> and <c>-</c>, beginning with a letter.</param>
    /// <param name="name">
    /// The name within its kind: up to 96 characters of A-Z, a-z, 0-9, <c>.</c>, <c>_</c> and <c>-</c>, beginning with a letter,
    /// a digit or <c>_</c> and not ending with <c>.</c>.
    /// </param>
    /// <exception cref="ArgumentException">A part breaks its rule.</exception>
    public RegistryName(string kind, string name)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(name);
        if (!KindPattern().IsMatch(kind))
        {
            throw new ArgumentException($"'{kind}' is no kind of registry object. {Rule}", nameof(kind));
        }

        if (!IsSegment(name))
        {
            throw new ArgumentException($"'{name}' is no name of a registry object. {Rule}", nameof(name));
        }

        (_kind, _name) = (kind, name);
    }

    /// <summary>Gets the sort of thing that is named, such as <c>worker</c>.</summary>
    public string Kind => _kind ?? "";

    /// <summary>Gets the name within its kind.</summary>
    public string Name => _name ?? "";

    /// <summary>Reads a name written <c>kind:name</c>.</summary>
    /// <exception cref="FormatException"><paramref name="s"/> is not of that form, or a part breaks its rule.</exception>
    public static RegistryName Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return TryParse(s, provider, out var name) ? name : throw new FormatException($"'{s}' is no registry name. {Rule}");
    }

    /// <summary>Reads a name written <c>kind:name</c>, if it is one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RegistryName result)
    {
        result = default;
        if (s?.Split(':') is [var kind, var name] && KindPattern().IsMatch(kind) && IsSegment(name))
        {
            result = new RegistryName(kind, name);
            return true;
        }

        return false;
    }

    /// <summary>Writes the name as <c>kind:name</c>.</summary>
    public override string ToString() => $"{Kind}:{Name}";

    internal static bool IsSegment(string text) => text.Length <= MaxNameLength && SegmentPattern().IsMatch(text);

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex KindPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_-])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex SegmentPattern();
}
