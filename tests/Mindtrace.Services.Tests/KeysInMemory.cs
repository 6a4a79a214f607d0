using System.Collections.Concurrent;

namespace Mindtrace.Services.Tests;

/// <summary>A directory of keys that a test fills, and that counts how often it is asked.</summary>
internal sealed class KeysInMemory : IApiKeyDirectory
{
    private readonly ConcurrentDictionary<string, KnownApiKey> _keys = new();
    private int _lookups;

    public int Lookups => _lookups;

    public string Add(string name, Role[] roles, DateTimeOffset? expiresAt = null)
    {
        var key = ApiKey.Create(name);
        _keys[name] = new KnownApiKey(name, key.Digest, roles, expiresAt);
        return key.Text;
    }

    public void Add(KnownApiKey key) => _keys[key.Name] = key;

    public void Remove(string name) => _keys.TryRemove(name, out _);

    public Task<KnownApiKey?> FindAsync(string name, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lookups);
        return Task.FromResult(_keys.GetValueOrDefault(name));
    }
}
