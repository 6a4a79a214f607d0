using Mindtrace.Jobs.Redis;

namespace Mindtrace.Manager.Storage;

/// <summary>Ends a manager whose store is of a form that it cannot read: a later release has written there.</summary>
internal sealed partial class StoreFormatGuard(
    RedisStoreFormat format, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<StoreFormatGuard> logger) : FirstLookAtStore(time)
{
    protected override async Task LookAsync(CancellationToken cancellationToken)
    {
        if (await format.FindAsync(cancellationToken) is var found and > RedisStoreFormat.Known)
        {
            LogTooNew(found, RedisStoreFormat.Known);
            Environment.ExitCode = 1;

            // Stopped while it starts, it would end by an exception. Once it has started, this is done at once.
            lifetime.ApplicationStarted.Register(lifetime.StopApplication);
        }
    }

    [LoggerMessage(LogLevel.Critical, "The job store is of format {Found}, and this release knows {Known}: run the release that wrote it, or a later one.")]
    private partial void LogTooNew(int found, int known);
}
