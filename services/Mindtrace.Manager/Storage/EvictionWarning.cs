using Mindtrace.Jobs.Redis;
using StackExchange.Redis;

namespace Mindtrace.Manager.Storage;

/// <summary>Warns once, at the start, of a Redis that throws keys away when its memory is full: they would be jobs.</summary>
internal sealed partial class EvictionWarning(
    IConnectionMultiplexer redis, RedisKeySpace space, TimeProvider time, ILogger<EvictionWarning> logger) : FirstLookAtStore(time)
{
    protected override async Task LookAsync(CancellationToken cancellationToken)
    {
        if (await RedisMemoryPolicy.FindAsync(redis, space, cancellationToken) is { } policy and not RedisMemoryPolicy.Safe)
        {
            LogUnsafe(policy, RedisMemoryPolicy.Safe);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis has the maxmemory-policy {Policy}: when its memory is full it throws jobs away. Set it to {Safe}.")]
    private partial void LogUnsafe(string policy, string safe);
}
