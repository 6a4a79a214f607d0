using System.Buffers.Text;
using System.Security.Cryptography;

namespace Mindtrace.Services;

/// <summary>What the code of a job calls with in place of a key: <c>mtj.{secret}</c>. The process that runs the job made it, and alone knows it.</summary>
public sealed class Capability
{
    private const string Prefix = "mtj.";
    private const int SecretBytes = 32;

    private Capability(string text) => Text = text;

    /// <summary>Gets the whole text, with the secret: for its holder alone.</summary>
    public string Text { get; }

    /// <summary>Gets the SHA-256 of the text, in hexadecimal digits: what it is known by.</summary>
    public string Digest => ApiKey.DigestOf(Text);

    /// <summary>Makes a capability with a random secret of 256 bits.</summary>
    /// <returns>The capability. It opens nothing until <see cref="ICapabilities"/> know it.</returns>
    public static Capability Create() => new(Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)));

    /// <summary>Reads what a caller sent.</summary>
    /// <returns>The capability, whether or not it is known; <see langword="null"/> for what has not the form of one.</returns>
    internal static Capability? Read(string text) => text.StartsWith(Prefix, StringComparison.Ordinal) ? new Capability(text) : null;
}
