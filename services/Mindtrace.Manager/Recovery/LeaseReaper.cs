using Microsoft.Extensions.Options;
using Mindtrace.Jobs;
using Mindtrace.Manager.Storage;

namespace Mindtrace.Manager.Recovery;

/// <summary>Ends the attempts of workers that are lost, so that their jobs run elsewhere. Any number of reapers may run.</summary>
/// <remarks>
/// Death is never inferred from age alone: the lease has lapsed, this reaper was in touch with the store for long enough that a living
/// worker would have been, too, and the worker does not confirm the attempt when it is asked.
/// </remarks>
internal sealed partial class LeaseReaper(
    IAttemptStore store, AttemptProbe probe, IOptions<RecoveryOptions> options, TimeProvider time, ILogger<LeaseReaper> logger)
    : RecurringLookAtStore("lost workers", options.Value.LookInterval, time, logger)
{
    private const int BatchSize = 100;

    private long? _inTouchSince;

    /// <inheritdoc/>
    internal override async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var lapsed = await store.ListLapsedAsync(BatchSize, cancellationToken);
            _inTouchSince ??= Time.GetTimestamp();
            if (Time.GetElapsedTime(_inTouchSince.Value) < options.Value.ContactTime)
            {
                return 0;
            }

            var reaped = await Task.WhenAll(lapsed.Select(attempt => ReapAsync(attempt, cancellationToken)));
            return reaped.Count(it => it);
        }
        catch (JobBackendUnavailableException)
        {
            _inTouchSince = null;
            throw;
        }
    }

    private async Task<bool> ReapAsync(RunningAttempt attempt, CancellationToken cancellationToken)
    {
        if (await probe.ConfirmsAsync(attempt, cancellationToken))
        {
            LogConfirmed(attempt.Worker, attempt.Key.JobId);
            return false;
        }

        var reason = $"Worker {attempt.Worker} was lost: no heartbeat since its lease lapsed at {attempt.LeaseExpiresAt:O}, and no answer.";
        var reaped = await store.ReapAsync(attempt, reason, options.Value.MaxDeaths, cancellationToken);
        if (reaped)
        {
            LogReaped(attempt.Worker, attempt.Key.JobId);
        }

        return reaped;
    }

    [LoggerMessage(LogLevel.Warning, "Worker {WorkerId} was lost while it ran job {JobId}; its attempt is ended")]
    private partial void LogReaped(WorkerId workerId, JobId jobId);

    [LoggerMessage(LogLevel.Warning, "Worker {WorkerId} let its lease of job {JobId} lapse, but says that it still runs it")]
    private partial void LogConfirmed(WorkerId workerId, JobId jobId);
}
