using System.Net;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>Tells the faults of a server that is away from those of ours, and names the server without its credentials.</summary>
internal static class RedisFaults
{
    // Answers that mean "not now": the server is starting, failing over, or held up. Anything else a server says is a bug of ours.
    private static readonly string[] NotNow = ["LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS", "BUSY"];

    /// <summary>Runs a command, or several, and maps the fault of a server that is away.</summary>
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
        catch (Exception fault) when (fault is RedisConnectionException or RedisTimeoutException || SaysNotNow(fault))
        {
            var server = string.Join(", ", database.Multiplexer.GetEndPoints().Select(Address));
            throw new JobBackendUnavailableException($"Redis at {server} cannot be reached or did not answer in time.", fault);
        }
    }

    private static bool SaysNotNow(Exception fault) =>
        fault is RedisServerException && Array.Exists(NotNow, word => fault.Message.StartsWith(word, StringComparison.Ordinal));

    private static string Address(EndPoint endPoint) =>
        endPoint is DnsEndPoint named ? $"{named.Host}:{named.Port}" : endPoint.ToString() ?? "an unknown address";
}
