using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>The user by which workers log in: it may do what running jobs takes, and see nothing else of the server.</summary>
/// <remarks>
/// Redis forgets its users at a restart unless it has an ACL file, and replicas do not take them over. So whoever keeps the user calls
/// <see cref="EnsureAsync"/> again and again.
/// </remarks>
/// <param name="redis">The connection, of a user that may make others; it stays the caller's.</param>
/// <param name="space">The keys of the cluster.</param>
public sealed class RedisWorkerUser(IConnectionMultiplexer redis, RedisKeySpace space)
{
    private const string Acl = "ACL";

    // Attempts, logs, heartbeats, and queues where they are in Redis. Not among them: API keys, the audit log, routes, job types,
    // schedules, apps, nodes, and what encrypts the cookies of the cluster page.
    private static readonly string[] Keys =
    [
        "job:*", "index:*", "leases", "dispatch", "limits", "unique-keys", "dead-letters", "types", "cleared", "logs:move",
        "workers", "worker:*", "worker-at:*", "drained-nodes", "paused-types", "queue:*",
    ];

    // What the scripts run, and how a client introduces itself. Named one by one: categories have commands that list or count all keys,
    // end the connections of others, or load code.
    private static readonly string[] Commands =
    [
        "auth", "hello", "ping", "echo", "select", "quit", "info", "client|setname", "client|setinfo", "client|id",
        "eval", "evalsha", "script|load", "script|exists", "publish", "subscribe", "unsubscribe", "time",
        "del", "exists", "expire", "ttl", "get", "set",
        "hdel", "hexists", "hget", "hgetall", "hincrby", "hkeys", "hmget", "hset", "hsetnx",
        "lrange", "ltrim", "rpush", "sadd", "sismember", "smembers",
        "zadd", "zcard", "zcount", "zincrby", "zmscore", "zrange", "zrangebyscore", "zrem", "zremrangebyscore", "zrevrangebyscore", "zscore",
    ];

    /// <summary>Gets the name of the user.</summary>
    public string Name { get; } = $"{space.Name}-worker";

    /// <summary>Makes the user wherever it is missing.</summary>
    /// <param name="password">Its password.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when each server that can be reached has the user.</returns>
    /// <exception cref="JobBackendUnavailableException">No server can be reached.</exception>
    /// <exception cref="RedisServerException">The server has no such users, or this one may not make any.</exception>
    public async Task EnsureAsync(string password, CancellationToken cancellationToken)
    {
        try
        {
            var servers = redis.GetServers().Where(server => server.IsConnected).ToList();
            if (servers.Count == 0)
            {
                throw RedisOutage.Of(redis, new TimeoutException("No server is connected."));
            }

            foreach (var server in servers)
            {
                if ((await server.ExecuteAsync(Acl, "GETUSER", Name).WaitAsync(cancellationToken).ConfigureAwait(false)).IsNull)
                {
                    await MakeAsync(server, password, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception fault) when (RedisOutage.Caused(fault))
        {
            throw RedisOutage.Of(redis, fault);
        }
    }

    /// <summary>Makes the user anew, as one that has another password by now.</summary>
    /// <inheritdoc cref="EnsureAsync"/>
    public async Task RenewAsync(string password, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(redis.GetServers().Where(server => server.IsConnected).Select(server => MakeAsync(server, password, cancellationToken)))
                .ConfigureAwait(false);
        }
        catch (Exception fault) when (RedisOutage.Caused(fault))
        {
            throw RedisOutage.Of(redis, fault);
        }

        await EnsureAsync(password, cancellationToken).ConfigureAwait(false);
    }

    private async Task MakeAsync(IServer server, string password, CancellationToken cancellationToken)
    {
        object[] rules =
        [
            "SETUSER", Name, "reset", "on", ">" + password, $"&{space.Prefix}*", .. Keys.Select(key => $"~{space.Prefix}{key}"),
            "-@all", .. Commands.Select(command => "+" + command),
        ];
        await server.ExecuteAsync(Acl, rules).WaitAsync(cancellationToken).ConfigureAwait(false);

        // Some servers take the rules and do not keep to those about keys.
        var tried = await server.ExecuteAsync(Acl, "DRYRUN", Name, "HGET", space.Prefix + "api-keys", "any").WaitAsync(cancellationToken).ConfigureAwait(false);
        if ((string?)tried == "OK")
        {
            throw new NotSupportedException("The server does not tell keys apart.");
        }
    }
}
