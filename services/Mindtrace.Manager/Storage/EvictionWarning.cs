using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using StackExchange.Redis;

namespace Mindtrace.Manager.Storage;

/// <summary>Warns once, at the start, of a Redis that throws keys away when its memory is full: they would be jobs.</summary>
internal sealed partial class EvictionWarning(
    IConnectionMultiplexer redis, RedisKeySpace space, TimeProvider time, ILogger<EvictionWarning> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!await TryLookAsync(stoppingToken))
            {
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start asks again.
        }
    }

    private async Task<bool> TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await RedisMemoryPolicy.FindAsync(redis, space, cancellationToken) is { } policy and not RedisMemoryPolicy.Safe)
            {
                LogUnsafe(policy, RedisMemoryPolicy.Safe);
            }

            return true;
        }
        catch (JobBackendUnavailableException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis has the maxmemory-policy {Policy}: when its memory is full it throws jobs away. Set it to {Safe}.")]
    private partial void LogUnsafe(string policy, string safe);
}
