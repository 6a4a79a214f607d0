using System.Net;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>Tells an outage of the server, which passes, from a fault in what it was asked.</summary>
internal static class RedisOutage
{
    public static bool Caused(Exception fault) => fault switch
    {
        RedisConnectionException or RedisTimeoutException => true,
        RedisServerException answer => MeansNotNow(answer.Kind),
        _ => false,
    };

    /// <summary>Names the server by its address alone: a connection string may hold a password.</summary>
    public static JobBackendUnavailableException Of(IConnectionMultiplexer redis, Exception fault)
    {
        var server = string.Join(", ", redis.GetEndPoints().Select(Address));
        return new JobBackendUnavailableException($"Redis at {server} cannot be reached, or does not serve for now.", fault);
    }

    /// <summary>Runs a command, or several, and maps an outage.</summary>
    /// <param name="database">The database.</param>
    /// <param name="command">What to run.</param>
    /// <param name="cancellationToken">Ends the wait; the command may run all the same.</param>
    /// <returns>What the command returned.</returns>
    /// <exception cref="JobBackendUnavailableException">The server cannot be reached or did not answer in time; the command may have run.</exception>
    public static async Task<T> MapAsync<T>(IDatabase database, Func<IDatabase, Task<T>> command, CancellationToken cancellationToken)
    {
        try
        {
            return await command(database).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (Caused(fault))
        {
            throw Of(database.Multiplexer, fault);
        }
    }

    // Starting, failing over, held up, or full: the same call may succeed later.
    private static bool MeansNotNow(RedisErrorKind kind) => kind is
        RedisErrorKind.Loading or RedisErrorKind.Busy or RedisErrorKind.MaxClients or
        RedisErrorKind.ReadOnly or RedisErrorKind.MasterDown or RedisErrorKind.NoReplicas or
        RedisErrorKind.ClusterDown or RedisErrorKind.TryAgain or
        RedisErrorKind.Misconfigured or RedisErrorKind.OutOfMemory;

    private static string Address(EndPoint endPoint) =>
        endPoint is DnsEndPoint named ? $"{named.Host}:{named.Port}" : endPoint.ToString() ?? "an unknown address";
}
