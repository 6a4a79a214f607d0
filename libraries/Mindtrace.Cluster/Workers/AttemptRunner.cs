using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>Runs the code of a job whose attempt was claimed.</summary>
/// <param name="claim">The attempt.</param>
/// <param name="report">Takes what the code tells.</param>
/// <param name="stopping">Cancelled when the attempt is to stop.</param>
/// <returns>How the attempt ended; <see langword="null"/> to give the job back.</returns>
internal delegate Task<JobOutcome?> AttemptCode(ClaimResult claim, AttemptReport report, CancellationToken stopping);

/// <summary>What to do about a job that the store does not know.</summary>
internal enum UnknownJob
{
    /// <summary>Nothing: whoever removed it wants it gone.</summary>
    Drop,

    /// <summary>Make its record from the message: somebody who knows the queue only may have sent it.</summary>
    Adopt,
}

/// <summary>Takes one attempt at a job through its life: claim, run, finish. It is kept alive in between through <see cref="LiveAttempts"/>.</summary>
internal sealed partial class AttemptRunner(
    WorkerIdentity identity, IAttemptStore store, IJobLogStore logs, LiveAttempts live, JobsTelemetry telemetry, IOptions<WorkerOptions> options,
    TimeProvider time, JobOutputLog output, ILogger<AttemptRunner> logger)
{
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(5);

    /// <summary>Runs an attempt, if the job is there to be taken.</summary>
    /// <param name="message">The message that brought the job.</param>
    /// <param name="job">The job.</param>
    /// <param name="unknown">What to do if the store does not know it.</param>
    /// <param name="code">The job's code.</param>
    /// <param name="abort">Cancelled when there is no more time: a running job is then given back.</param>
    /// <returns>A task that ends when the outcome is stored, or is another's to store.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="abort"/> was cancelled while the store was away.</exception>
    public async Task RunAsync(JobMessage message, Job job, UnknownJob unknown, AttemptCode code, CancellationToken abort)
    {
        var attempt = new AttemptKey(job.Id, job.SchemaName, AttemptToken.New());
        var (claim, asked) = await RepeatAsync(() => ClaimAsync(job, message.AcceptedAt, attempt, unknown), abort).ConfigureAwait(false);
        if (claim.Answer == ClaimAnswer.Claimed)
        {
            await RunAsync(message, job, attempt, claim, asked, code, abort).ConfigureAwait(false);
        }
        else
        {
            LogHintDropped(job.Id, claim.Answer);
        }
    }

    /// <returns>What was found, and when it was asked for: the lease began no earlier.</returns>
    private async Task<(ClaimResult Claim, long AskedAt)> ClaimAsync(Job job, DateTimeOffset? acceptedAt, AttemptKey attempt, UnknownJob unknown)
    {
        var lease = options.Value.LeaseDuration;
        var asked = time.GetTimestamp();
        var claim = await store.ClaimAsync(attempt, identity.Id, lease, CancellationToken.None).ConfigureAwait(false);
        return claim.Answer == ClaimAnswer.Unknown && unknown == UnknownJob.Adopt
            ? (await store.AdoptAsync(job, acceptedAt, attempt.Token, identity.Id, lease, CancellationToken.None).ConfigureAwait(false), asked)
            : (claim, asked);
    }

    private async Task RunAsync(
        JobMessage message, Job job, AttemptKey key, ClaimResult claim, long claimedAt, AttemptCode code, CancellationToken abort)
    {
        using var scope = logger.BeginScope(new Dictionary<string, object> { ["JobId"] = job.Id.Value, ["JobType"] = job.SchemaName.Value });
        using var span = JobsTelemetry.StartProcess(message with { TraceParent = message.TraceParent ?? job.Traceparent }, claim.Attempt);
        using var attempt = new LiveAttempt(key, time);
        using var aborting = abort.Register(() => attempt.Stop(StopCause.ShuttingDown));
        if (job.Overlap == JobOverlap.Never)
        {
            attempt.StopWhenLapsed(options.Value.LeaseDuration, claimedAt);
        }

        live.Add(attempt);
        telemetry.Started(job.SchemaName, Waited(message));
        LogStarted(job.Id, job.SchemaName, claim.Attempt);
        var started = time.GetTimestamp();
        JobOutcome? outcome = null;
        try
        {
            outcome = await RunCodeAsync(job, attempt, claim, code, abort).ConfigureAwait(false);
            var accepted = await RepeatAsync(
                () => outcome is null
                    ? store.ReleaseAsync(key, CancellationToken.None)
                    : store.FinishAsync(key, outcome, CancellationToken.None),
                abort).ConfigureAwait(false);
            Report(job, claim, Name(outcome, attempt), accepted, span);
        }
        finally
        {
            live.Remove(attempt);
            telemetry.Ended(job.SchemaName, Name(outcome, attempt), time.GetElapsedTime(started));
        }
    }

    /// <returns>The outcome; <see langword="null"/> when the job is to be given back.</returns>
    private async Task<JobOutcome?> RunCodeAsync(Job job, LiveAttempt attempt, ClaimResult claim, AttemptCode code, CancellationToken abort)
    {
        // Closed before the outcome is stored: the log of a job that is final is whole.
        var log = new JobLogWriter(
            attempt.Key, claim.Attempt, logs, append => RepeatAsync(append, abort), options.Value.MaxLogBytes, time, output, logger);
        await using var closing = log.ConfigureAwait(false);
        var report = new AttemptReport(log, attempt.Progressed);
        Limit(job, attempt, claim);
        return await EndAsync().ConfigureAwait(false) is { } outcome ? outcome with { Provenance = report.Provenance } : null;

        async Task<JobOutcome?> EndAsync()
        {
            try
            {
                return Decide(job, claim, await code(claim, report, attempt.Stopping).ConfigureAwait(false));
            }
            catch (OperationCanceledException stopped) when (attempt.Cause != StopCause.None)
            {
                var output = stopped is JobStoppedException { Output: JsonElement json } ? json : JobsJson.EmptyObject;
                return attempt.Cause switch
                {
                    StopCause.TimedOut => Decide(job, claim, Failed(JobLimit.Timeout, output)),
                    StopCause.Silent => Decide(job, claim, Failed(JobLimit.HeartbeatTimeout, output)),
                    StopCause.JobTimedOut => new JobOutcome.Rejected(JobLimits.Reason(JobLimit.JobTimeout, job), output),
                    StopCause.CancelRequested => new JobOutcome.Rejected(JobStateMachine.CancelledReason, output),
                    _ => null,
                };
            }
        }

        JobOutcome.Failed Failed(JobLimit limit, JsonElement output) => new(JobLimits.Reason(limit, job), output);
    }

    private static void Limit(Job job, LiveAttempt attempt, ClaimResult claim)
    {
        if (job.Timeout is { } timeout)
        {
            attempt.StopAfter(timeout, StopCause.TimedOut);
        }

        if (claim.TimeLeft is { } left)
        {
            attempt.StopAfter(left, StopCause.JobTimedOut);
        }

        if (job.HeartbeatTimeout is { } silence)
        {
            attempt.StopWhenSilent(silence);
        }
    }

    /// <summary>Decides about a failed attempt what its code left to the job: whether there is to be another, and when. An output too large to keep is a failure.</summary>
    private JobOutcome? Decide(Job job, ClaimResult claim, JobOutcome? outcome) => outcome switch
    {
        not null when BytesOf(outcome.Output) is var bytes && bytes > options.Value.MaxOutputBytes => new JobOutcome.Rejected(
            $"The output has {bytes} bytes, more than the {options.Value.MaxOutputBytes} of Worker:MaxOutputBytes.", JobsJson.EmptyObject),
        JobOutcome.Failed failed when job.FinalErrors is { } final && failed.ErrorTypes.Any(final.Contains) =>
            new JobOutcome.Rejected(failed.Reason, failed.Output),
        JobOutcome.Failed { RetryAfter: null } failed =>
            failed with { RetryAfter = (job.Backoff ?? JobBackoff.Default).DelayAfter(claim.Failures + 1, Random.Shared) },
        _ => outcome,
    };

    private static int BytesOf(JsonElement json) => JsonMarshal.GetRawUtf8Value(json).Length;

    /// <summary>Repeats a call while the store is away. Its token makes the repetition harmless.</summary>
    /// <remarks>On shutdown the call is made once more before this gives up, so that what is done is not lost to the drain's end.</remarks>
    public async Task<T> RepeatAsync<T>(Func<Task<T>> call, CancellationToken abort)
    {
        for (var delay = TimeSpan.FromMilliseconds(100); ; delay = delay * 2 < LongestRetryDelay ? delay * 2 : LongestRetryDelay)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (JobBackendUnavailableException fault)
            {
                LogStoreAway(fault.Message, delay);
                await Task.Delay(delay, time, abort).ConfigureAwait(false);
            }
        }
    }

    private void Report(Job job, ClaimResult claim, string outcome, bool accepted, Activity? span)
    {
        span?.SetTag("mindtrace.job.outcome", outcome);
        if (outcome is "failed" or "error")
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }

        if (accepted)
        {
            LogEnded(job.Id, claim.Attempt, outcome);
        }
        else
        {
            LogStale(job.Id, claim.Attempt, outcome);
        }
    }

    private static string Name(JobOutcome? outcome, LiveAttempt attempt) => outcome switch
    {
        JobOutcome.Completed => "completed",
        _ when attempt.Cause == StopCause.CancelRequested => "cancelled",
        JobOutcome.Failed or JobOutcome.Rejected => "failed",
        JobOutcome.NotRunnable => "error",
        _ => "released",
    };

    /// <summary>Tells how long a job waited. The store's clock and ours may differ by more than that: then it is none.</summary>
    private TimeSpan? Waited(JobMessage message) =>
        message.AcceptedAt is { } accepted ? TimeSpan.FromTicks(Math.Max(0, (time.GetUtcNow() - accepted).Ticks)) : null;

    [LoggerMessage(LogLevel.Debug, "Job {JobId} of type {JobType} started, attempt {Attempt}")]
    private partial void LogStarted(JobId jobId, JobType jobType, int attempt);

    [LoggerMessage(LogLevel.Information, "Job {JobId}, attempt {Attempt} ended: {Outcome}")]
    private partial void LogEnded(JobId jobId, int attempt, string outcome);

    [LoggerMessage(LogLevel.Warning, "Job {JobId}, attempt {Attempt}: the outcome {Outcome} was refused, the job had been given to another attempt")]
    private partial void LogStale(JobId jobId, int attempt, string outcome);

    [LoggerMessage(LogLevel.Debug, "Message of job {JobId} dropped: {Answer}")]
    private partial void LogHintDropped(JobId jobId, ClaimAnswer answer);

    [LoggerMessage(LogLevel.Warning, "{Reason} Next try in {Delay}.")]
    private partial void LogStoreAway(string reason, TimeSpan delay);
}
