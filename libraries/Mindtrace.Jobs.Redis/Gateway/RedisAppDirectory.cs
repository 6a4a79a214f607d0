using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>The apps behind a cluster's gateway: where each is, by its name.</summary>
/// <remarks>Every method throws <see cref="JobBackendUnavailableException"/> when the server cannot be reached.</remarks>
/// <param name="redis">The connection; it stays the caller's.</param>
/// <param name="space">The keys to use.</param>
public sealed class RedisAppDirectory(IConnectionMultiplexer redis, RedisKeySpace space)
{
    private readonly IDatabase _database = redis.GetDatabase();
    private readonly RedisKey _apps = space.Key("apps");

    /// <summary>Notes where an app is; an earlier place of the same name is replaced.</summary>
    /// <param name="name">The name, in the spelling that requests have.</param>
    /// <param name="url">Where the app is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when this is stored.</returns>
    public Task SetAsync(string name, Uri url, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        return RedisOutage.MapAsync(_database, database => database.HashSetAsync(_apps, name, url.AbsoluteUri), cancellationToken);
    }

    /// <summary>Forgets an app.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the app was known.</returns>
    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) =>
        RedisOutage.MapAsync(_database, database => database.HashDeleteAsync(_apps, name), cancellationToken);

    /// <summary>Looks up an app.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Where it is; <see langword="null"/> when it is not known.</returns>
    public async Task<Uri?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var url = await RedisOutage.MapAsync(_database, database => database.HashGetAsync(_apps, name), cancellationToken).ConfigureAwait(false);
        return url.IsNull ? null : new Uri(url!);
    }

    /// <summary>Lists the apps.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Where each is, by its name.</returns>
    public async Task<IReadOnlyDictionary<string, Uri>> ListAsync(CancellationToken cancellationToken)
    {
        var entries = await RedisOutage.MapAsync(_database, database => database.HashGetAllAsync(_apps), cancellationToken).ConfigureAwait(false);
        return entries.ToDictionary(entry => (string)entry.Name!, entry => new Uri(entry.Value!));
    }
}
