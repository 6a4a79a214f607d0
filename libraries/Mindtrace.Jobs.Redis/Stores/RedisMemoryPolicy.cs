using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>What a server does when its memory is full. A job store bears one answer only: refuse writes, and keep what there is.</summary>
public static class RedisMemoryPolicy
{
    /// <summary>The policy that loses nothing.</summary>
    public const string Safe = "noeviction";

    private const string Name = "maxmemory_policy:";

    // A script, since clients hold commands that tell of a server to be an administrator's.
    private static readonly RedisScript MemoryScript = RedisScript.Load("Stores", "memory");

    /// <summary>Asks the server that keeps a cluster's jobs.</summary>
    /// <param name="redis">The connection; it stays the caller's.</param>
    /// <param name="space">The keys of the cluster.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The policy; <see langword="null"/> of a server that does not tell, such as Garnet, which evicts nothing.</returns>
    /// <exception cref="JobBackendUnavailableException">The server cannot be reached.</exception>
    public static async Task<string?> FindAsync(IConnectionMultiplexer redis, RedisKeySpace space, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(redis);
        ArgumentNullException.ThrowIfNull(space);
        try
        {
            var answer = await MemoryScript.EvaluateAsync(redis.GetDatabase(), [space.Key("routes")], [], cancellationToken).ConfigureAwait(false);
            var line = ((string?)answer)?.Split('\n', StringSplitOptions.TrimEntries).FirstOrDefault(it => it.StartsWith(Name, StringComparison.Ordinal));
            return line?[Name.Length..];
        }
        catch (RedisServerException)
        {
            // Not allowed to ask, or not understood.
            return null;
        }
    }
}
