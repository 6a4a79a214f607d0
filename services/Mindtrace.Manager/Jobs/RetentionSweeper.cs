using Microsoft.Extensions.Options;
using Mindtrace.Jobs;
using Mindtrace.Manager.Storage;

namespace Mindtrace.Manager.Jobs;

/// <summary>Forgets jobs that have been final for long, so that the store does not grow for ever. Any number of sweepers may run.</summary>
internal sealed partial class RetentionSweeper(
    IJobStore store, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionSweeper> logger)
    : RecurringLookAtStore("old jobs", options.Value.RetentionInterval, time, logger)
{
    /// <inheritdoc/>
    internal override async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var forgotten = await store.ExpireAsync(options.Value.Retention, cancellationToken);
        if (forgotten > 0)
        {
            LogForgotten(forgotten, options.Value.Retention);
        }

        return forgotten;
    }

    [LoggerMessage(LogLevel.Information, "{Jobs} jobs that became final more than {Retention} ago are forgotten")]
    private partial void LogForgotten(int jobs, TimeSpan retention);
}
