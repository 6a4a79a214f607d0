using System.Security.Claims;

namespace Mindtrace.Services;

/// <summary>Admits people to the pages of a service by a key, and asks again and again whether it is still valid.</summary>
public sealed class ApiKeySessions
{
    private const string DigestClaim = "mindtrace:key-digest";

    private readonly ApiKeyVerifier _keys;

    internal ApiKeySessions(ApiKeyVerifier keys) => _keys = keys;

    /// <summary>Admits the holder of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="scheme">The kind of session, as the authentication of the service names it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The holder, with all roles of the key; <see langword="null"/> when it is malformed, unknown, revoked or expired.</returns>
    /// <remarks>The holder has the digest of the key among the claims, never the key itself.</remarks>
    public async Task<ClaimsPrincipal?> OpenAsync(string key, string scheme, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return await _keys.VerifyAsync(key, cancellationToken) is { } known ? Holder(known, scheme) : null;
    }

    /// <summary>Tells whether the key of a session is still valid. A revoked one may be for 5 seconds more.</summary>
    /// <param name="session">The holder, as <see cref="OpenAsync"/> made it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it is.</returns>
    public async Task<bool> IsOpenAsync(ClaimsPrincipal session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        return session.Identity?.Name is { } name && session.FindFirst(DigestClaim)?.Value is { } digest
            && await _keys.VerifyAsync(name, digest, cancellationToken) is not null;
    }

    private static ClaimsPrincipal Holder(KnownApiKey key, string scheme) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.Name, key.Name),
            new Claim(DigestClaim, key.Digest),
            .. key.Roles.SelectMany(role => role.Included()).Distinct().Select(role => new Claim(ClaimTypes.Role, role.ToString())),
        ],
        scheme));
}
