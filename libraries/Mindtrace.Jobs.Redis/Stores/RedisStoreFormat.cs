using System.Globalization;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>The form of all that a store holds, as a number in the store.</summary>
/// <remarks>
/// A field more does not change it: who does not know the field leaves it alone. It changes when a release writes what the one before
/// cannot read; the release before that writes the old form and reads both.
/// </remarks>
/// <param name="redis">The connection; it stays the caller's.</param>
/// <param name="space">The keys of the cluster.</param>
public sealed class RedisStoreFormat(IConnectionMultiplexer redis, RedisKeySpace space)
{
    /// <summary>The form that this release reads and writes.</summary>
    public const int Known = 1;

    /// <summary>Reads the form of the store; one that has none yet is given <see cref="Known"/>.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The form of the store.</returns>
    /// <exception cref="JobBackendUnavailableException">The server cannot be reached.</exception>
    public async Task<int> FindAsync(CancellationToken cancellationToken)
    {
        var format = await RedisOutage.MapAsync(
            redis.GetDatabase(),
            async database => await database.StringSetAsync(space.Key("format"), Known, when: When.NotExists).ConfigureAwait(false)
                ? Known
                : await database.StringGetAsync(space.Key("format")).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return int.Parse(format.ToString(), CultureInfo.InvariantCulture);
    }
}
