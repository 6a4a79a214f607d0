using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Mindtrace.Services;

/// <summary>A key as its holder has it: <c>mtk.{name}.{secret}</c>. The beginning lets scanners find keys that got into the open.</summary>
public sealed class ApiKey
{
    private const string Prefix = "mtk.";
    private const int SecretBytes = 32;

    private static readonly int SecretLength = Base64Url.GetEncodedLength(SecretBytes);

    private ApiKey(string name, string text) => (Name, Text) = (name, text);

    /// <summary>Gets the name, under which the key is looked up.</summary>
    public string Name { get; }

    /// <summary>Gets the whole text, with the secret: for its holder alone.</summary>
    public string Text { get; }

    /// <summary>Gets the SHA-256 of the text, in hexadecimal digits: what is kept of a key.</summary>
    /// <remarks>
    /// A slow hash with salt protects secrets that can be guessed. This one has 256 random bits: trying them all is hopeless at any
    /// speed, and a hash of a microsecond lets a service check each request.
    /// </remarks>
    public string Digest => DigestOf(Text);

    /// <summary>Computes what <see cref="Digest"/> is of a text, whether or not that has the form of a key.</summary>
    internal static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Makes a key with a new random secret of 256 bits.</summary>
    /// <param name="name">The name, of characters that a header may have in a bearer token.</param>
    /// <returns>The key.</returns>
    public static ApiKey Create(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new ApiKey(name, $"{Prefix}{name}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}");
    }

    /// <summary>Makes the key that follows from another one and a name: the same whenever it is made, and nothing to be kept.</summary>
    /// <param name="name">The name, of characters that a header may have in a bearer token.</param>
    /// <param name="from">The other key. It does not follow from this one.</param>
    /// <returns>The key.</returns>
    public static ApiKey Derive(string name, string from)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(from);
        var secret = HMACSHA256.HashData(Encoding.UTF8.GetBytes(from), Encoding.UTF8.GetBytes($"mindtrace key {name}"));
        return new ApiKey(name, $"{Prefix}{name}.{Base64Url.EncodeToString(secret)}");
    }

    /// <summary>Reads a key.</summary>
    /// <param name="text">What a caller sent.</param>
    /// <param name="key">The key, whether or not anyone knows it.</param>
    /// <returns>Whether the text has the form of a key.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out ApiKey? key)
    {
        ArgumentNullException.ThrowIfNull(text);
        key = null;
        var end = text.LastIndexOf('.');
        if (text.StartsWith(Prefix, StringComparison.Ordinal) && end > Prefix.Length && text.Length - end - 1 == SecretLength)
        {
            key = new ApiKey(text[Prefix.Length..end], text);
        }

        return key is not null;
    }
}
