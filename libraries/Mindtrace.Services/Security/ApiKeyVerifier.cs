using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Mindtrace.Services;

/// <summary>Tells which keys are valid. What was looked up counts for 5 seconds, so a revoked key may be taken for that long.</summary>
internal sealed class ApiKeyVerifier(TimeProvider time, IApiKeyDirectory? directory = null)
{
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    // Holds keys that exist or did, never names that callers made up: it does not grow with what is sent.
    private readonly ConcurrentDictionary<string, Looked> _looked = new();

    /// <returns>The key; <see langword="null"/> when it is malformed, unknown, revoked or expired.</returns>
    public async Task<KnownApiKey?> VerifyAsync(string text, CancellationToken cancellationToken)
    {
        if (directory is null || !ApiKey.TryParse(text, out var key))
        {
            return null;
        }

        // A key that does not match may be one made anew under a name that was free again: that is looked up.
        if (_looked.TryGetValue(key.Name, out var looked) && time.GetElapsedTime(looked.At) < Freshness && Matches(key, looked.Key))
        {
            return Valid(looked.Key);
        }

        var at = time.GetTimestamp();
        var known = await directory.FindAsync(key.Name, cancellationToken);
        if (known is null)
        {
            _looked.TryRemove(key.Name, out _);
            return null;
        }

        _looked[key.Name] = new Looked(known, at);
        return Matches(key, known) ? Valid(known) : null;
    }

    private static bool Matches(ApiKey key, KnownApiKey known) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(key.Digest), Encoding.ASCII.GetBytes(known.Digest));

    private KnownApiKey? Valid(KnownApiKey key) => key.ExpiresAt is { } end && time.GetUtcNow() >= end ? null : key;

    private sealed record Looked(KnownApiKey Key, long At);
}
