using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services;

/// <summary>Tells which keys are valid. What was looked up counts for 5 seconds, so a revoked key may be taken for that long.</summary>
internal sealed class ApiKeyVerifier(
    TimeProvider time, IOptions<SecurityOptions> security, ServiceAddress address, IApiKeyDirectory? directory = null)
{
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private const int SweptFrom = 1000;

    // Holds keys that exist or did, never names that callers made up: it does not grow with what is sent. Those of services that came and went
    // are swept out when there are many.
    private readonly ConcurrentDictionary<string, Looked> _looked = new();

    // That of this service first. It holds all roles as they are, those that stand apart included.
    private readonly Lazy<IReadOnlyList<KnownApiKey>> _configured = new(() => [.. Configured(security.Value)]);

    /// <summary>Checks what a caller sent.</summary>
    /// <returns>The key; <see langword="null"/> when it is malformed, unknown, revoked or expired.</returns>
    public async ValueTask<KnownApiKey?> VerifyAsync(string text, CancellationToken cancellationToken)
    {
        var digest = ApiKey.DigestOf(text);
        if (_configured.Value.FirstOrDefault(configured => Matches(digest, configured)) is { } known)
        {
            return known;
        }

        if (!ApiKey.TryParse(text, out var key))
        {
            return null;
        }

        if (CallKey.TryRead(key.Name, out var call))
        {
            if (!call.IsOfNow(time.GetUtcNow()) || !call.IsFor(await address.GetAsync(cancellationToken)))
            {
                return null;
            }

            // Made by whoever has the same key as this service: nobody has to be asked.
            if (call.Known(security.Value.ApiKey!) is var own && Matches(digest, own))
            {
                return own;
            }
        }

        return await FindAsync(key.Name, digest, cancellationToken);
    }

    /// <summary>Checks a key that was valid once, by what was kept of it.</summary>
    /// <returns>The key; <see langword="null"/> when it is unknown, revoked or expired.</returns>
    public async ValueTask<KnownApiKey?> VerifyAsync(string name, string digest, CancellationToken cancellationToken) =>
        _configured.Value.FirstOrDefault(configured => configured.Name == name) is { } known
            ? Matches(digest, known) ? known : null
            : await FindAsync(name, digest, cancellationToken);

    private static IEnumerable<KnownApiKey> Configured(SecurityOptions security)
    {
        yield return new(ApiKeyAuthenticationHandler.ConfiguredKeyName, ApiKey.DigestOf(security.ApiKey!), RoleExtensions.OfKeys, ExpiresAt: null);
        if (security.NodeKey is { } node)
        {
            yield return new("node key", ApiKey.DigestOf(node), [Role.Node], ExpiresAt: null);
        }

        if (security.WorkerKey is { } worker)
        {
            yield return new("worker key", ApiKey.DigestOf(worker), [Role.Worker], ExpiresAt: null);
        }
    }

    private async ValueTask<KnownApiKey?> FindAsync(string name, string digest, CancellationToken cancellationToken)
    {
        if (directory is null)
        {
            return null;
        }

        // A key that does not match may be one made anew under a name that was free again: that is looked up.
        if (_looked.TryGetValue(name, out var looked) && time.GetElapsedTime(looked.At) < Freshness && Matches(digest, looked.Key))
        {
            return Valid(looked.Key);
        }

        var at = time.GetTimestamp();
        var known = await directory.FindAsync(name, cancellationToken);
        if (known is null)
        {
            _looked.TryRemove(name, out _);
            return null;
        }

        if (_looked.Count >= SweptFrom)
        {
            Sweep();
        }

        _looked[name] = new Looked(known, at);
        return Matches(digest, known) ? Valid(known) : null;
    }

    private void Sweep()
    {
        foreach (var stale in _looked.Where(looked => time.GetElapsedTime(looked.Value.At) >= Freshness))
        {
            _looked.TryRemove(stale);
        }
    }

    // Digests have one length, so the comparison tells neither the key's length nor its beginning.
    private static bool Matches(string digest, KnownApiKey known) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(digest), Encoding.ASCII.GetBytes(known.Digest));

    private KnownApiKey? Valid(KnownApiKey key) => key.ExpiresAt is { } end && time.GetUtcNow() >= end ? null : key;

    private sealed record Looked(KnownApiKey Key, long At);
}
