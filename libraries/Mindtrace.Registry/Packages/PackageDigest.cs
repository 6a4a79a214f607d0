using System.Diagnostics.CodeAnalysis;

namespace Mindtrace.Registry;

/// <summary>The SHA-256 of a package's bytes, which is also its address.</summary>
public readonly record struct PackageDigest : IParsable<PackageDigest>
{
    private readonly string? _hex;

    private PackageDigest(string hex) => _hex = hex;

    /// <summary>Reads a digest from 64 hexadecimal digits of either case.</summary>
    /// <exception cref="FormatException"><paramref name="s"/> is something else.</exception>
    public static PackageDigest Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return TryParse(s, provider, out var digest)
            ? digest
            : throw new FormatException($"'{s}' is no package digest: expected the 64 hexadecimal digits of a SHA-256.");
    }

    /// <summary>Reads a digest from 64 hexadecimal digits of either case, if it is one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PackageDigest result)
    {
        var valid = s is { Length: 64 } && s.All(char.IsAsciiHexDigit);
        result = valid ? new PackageDigest(s!.ToLowerInvariant()) : default;
        return valid;
    }

    /// <summary>Writes the digest as 64 lower-case hexadecimal digits.</summary>
    public override string ToString() => _hex ?? "";

    internal static PackageDigest Of(ReadOnlySpan<byte> sha256) => new(Convert.ToHexStringLower(sha256));
}
