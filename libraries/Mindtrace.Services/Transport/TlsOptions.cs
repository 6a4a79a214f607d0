using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;

namespace Mindtrace.Services;

/// <summary>Which servers a service trusts when it connects by TLS: to other services, Redis, RabbitMQ and S3. Bound from <c>Tls</c>.</summary>
public sealed class TlsOptions : IValidatableObject
{
    /// <summary>The section that the options are bound from.</summary>
    public const string SectionName = "Tls";

    /// <summary>Gets the certificates of authorities that are trusted beside those of the system.</summary>
    /// <value>Paths of files with one or more certificates as PEM. None by default.</value>
    public IList<string> Authorities { get; } = [];

    /// <summary>Gets the keys of which a server's chain must have one, whoever issued it.</summary>
    /// <value>
    /// The SHA-256 of public keys as Base64 (of SubjectPublicKeyInfo, as in <c>curl --pinnedpubkey</c>), of servers or of authorities. None
    /// by default, which demands nothing.
    /// </value>
    public IList<string> PinnedKeys { get; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var path in Authorities.Where(path => !File.Exists(path)))
        {
            yield return new($"Tls:Authorities has '{path}', and there is no such file.", [nameof(Authorities)]);
        }

        var digest = new byte[SHA256.HashSizeInBytes];
        foreach (var pin in PinnedKeys.Where(pin => !Convert.TryFromBase64String(pin, digest, out var bytes) || bytes != digest.Length))
        {
            yield return new($"Tls:PinnedKeys has '{pin}', which is no SHA-256 as Base64.", [nameof(PinnedKeys)]);
        }
    }
}
