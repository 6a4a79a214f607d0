using Microsoft.Extensions.Options;
using Mindtrace.Jobs;
using Mindtrace.Manager.Storage;

namespace Mindtrace.Manager.Limits;

/// <summary>Ends jobs that have waited or taken too long, and attempts that do not stop when they are told to. Any number of keepers may run.</summary>
/// <remarks>Workers stop their own attempts in time. What is ended here after a grace is code that does not heed its cancellation.</remarks>
internal sealed partial class LimitKeeper(
    ILimitStore store, StuckWorkers stuck, IOptions<LimitOptions> options, TimeProvider time, ILogger<LimitKeeper> logger)
    : RecurringLookAtStore("overrun limits", options.Value.LimitInterval, time, logger)
{
    private const int BatchSize = 500;

    /// <inheritdoc/>
    internal override async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var limited = await store.ListLimitedAsync(BatchSize, cancellationToken);
        var ended = await Task.WhenAll(limited.Select(seen => EndAsync(seen, cancellationToken)));
        return ended.Count(it => it);
    }

    private async Task<bool> EndAsync(JobRecord seen, CancellationToken cancellationToken)
    {
        var retryAfter = (seen.Job.Backoff ?? JobBackoff.Default).DelayAfter(seen.Failures + 1, Random.Shared);
        if (await store.EndOverrunAsync(seen, options.Value.CancelGrace, retryAfter, cancellationToken) is not { } overrun)
        {
            return false;
        }

        LogEnded(seen.Job.Id, JobLimits.Reason(overrun.Limit, seen.Job));
        if (overrun.Worker is { } worker)
        {
            await stuck.KillAsync(worker, seen.Job.Id, cancellationToken);
        }

        return true;
    }

    [LoggerMessage(LogLevel.Warning, "Job {JobId} was ended: {Reason}")]
    private partial void LogEnded(JobId jobId, string reason);
}
