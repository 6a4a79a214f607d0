using System.Text.Json;
using System.Text.Json.Serialization;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>The API keys of a cluster, by name: what each may do, and the digest to know it by. No secrets.</summary>
/// <remarks>Every method throws <see cref="JobBackendUnavailableException"/> when the server cannot be reached.</remarks>
/// <param name="redis">The connection; it stays the caller's.</param>
/// <param name="space">The keys to use.</param>
public sealed class RedisKeyDirectory(IConnectionMultiplexer redis, RedisKeySpace space)
{
    private readonly IDatabase _database = redis.GetDatabase();
    private readonly RedisKey _keys = space.Key("api-keys");

    /// <summary>Keeps a key, unless there is one of the name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="key">What is kept of it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was kept.</returns>
    public Task<bool> AddAsync(string name, StoredKey key, CancellationToken cancellationToken)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(key, KeyJson.Default.StoredKey);
        return RedisOutage.MapAsync(_database, database => database.HashSetAsync(_keys, name, text, When.NotExists), cancellationToken);
    }

    /// <summary>Forgets a key.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was known.</returns>
    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) =>
        RedisOutage.MapAsync(_database, database => database.HashDeleteAsync(_keys, name), cancellationToken);

    /// <summary>Looks up a key.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is kept of it; <see langword="null"/> when there is none of the name.</returns>
    public async Task<StoredKey?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var text = await RedisOutage.MapAsync(_database, database => database.HashGetAsync(_keys, name), cancellationToken).ConfigureAwait(false);
        return text.IsNull ? null : Read(text);
    }

    /// <summary>Lists the keys, expired ones included.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is kept of each, by its name.</returns>
    public async Task<IReadOnlyDictionary<string, StoredKey>> ListAsync(CancellationToken cancellationToken)
    {
        var entries = await RedisOutage.MapAsync(_database, database => database.HashGetAllAsync(_keys), cancellationToken).ConfigureAwait(false);
        return entries.ToDictionary(entry => (string)entry.Name!, entry => Read(entry.Value));
    }

    private static StoredKey Read(RedisValue text) => JsonSerializer.Deserialize((byte[])text!, KeyJson.Default.StoredKey)!;
}

/// <summary>What is kept of an API key.</summary>
/// <param name="Digest">The SHA-256 of its text, in hexadecimal digits.</param>
/// <param name="Roles">The roles that it was made with.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ceases to be valid; <see langword="null"/> for never.</param>
public sealed record StoredKey(string Digest, IReadOnlyList<string> Roles, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

[JsonSerializable(typeof(StoredKey))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class KeyJson : JsonSerializerContext;
