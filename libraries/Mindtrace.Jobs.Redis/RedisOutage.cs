using System.Net;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>Tells an outage of the server, which passes, from a fault in what it was asked.</summary>
internal static class RedisOutage
{
    // Answers that mean "not now": the server is starting, failing over, or held up.
    private static readonly string[] NotNow = ["LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS", "BUSY"];

    public static bool Caused(Exception fault) => fault is RedisConnectionException or RedisTimeoutException
        || (fault is RedisServerException && Array.Exists(NotNow, word => fault.Message.StartsWith(word, StringComparison.Ordinal)));

    /// <summary>Names the server by its address alone: a connection string may hold a password.</summary>
    public static JobBackendUnavailableException Of(IConnectionMultiplexer redis, Exception fault)
    {
        var server = string.Join(", ", redis.GetEndPoints().Select(Address));
        return new JobBackendUnavailableException($"Redis at {server} cannot be reached or did not answer in time.", fault);
    }

    private static string Address(EndPoint endPoint) =>
        endPoint is DnsEndPoint named ? $"{named.Host}:{named.Port}" : endPoint.ToString() ?? "an unknown address";
}
