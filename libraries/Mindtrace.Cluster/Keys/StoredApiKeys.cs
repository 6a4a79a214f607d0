using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>Looks keys up in the job store's Redis.</summary>
internal sealed class StoredApiKeys(RedisKeyDirectory keys) : IApiKeyDirectory
{
    public async Task<KnownApiKey?> FindAsync(string name, CancellationToken cancellationToken) =>
        await keys.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } key
            ? new KnownApiKey(name, key.Digest, Roles(key), key.ExpiresAt)
            : null;

    /// <summary>Reads the roles of a key. One that a later version knows opens nothing here.</summary>
    public static IReadOnlyList<Role> Roles(StoredKey key) =>
        [.. key.Roles.Where(Enum.GetNames<Role>().Contains).Select(Enum.Parse<Role>)];
}
