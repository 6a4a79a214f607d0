using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>Takes one delivery through its life: claim, run, finish, acknowledge. Nothing is acknowledged before its outcome is stored.</summary>
internal sealed partial class JobExecutor(
    IWorker worker, WorkerIdentity identity, IAttemptStore store, LiveAttempts live, JobsTelemetry telemetry, IOptions<WorkerOptions> options,
    TimeProvider time, ILogger<JobExecutor> logger)
{
    private const int MaxDeliveries = 20;

    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(5);

    /// <summary>Runs the job of a delivery to its end.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="abort">Cancelled when the worker can wait no longer: a running job then goes back to the queue.</param>
    public async Task ExecuteAsync(JobDelivery delivery, CancellationToken abort)
    {
        if (ReadJob(delivery) is not { } job)
        {
            await delivery.AckAsync().ConfigureAwait(false);
            return;
        }

        var attempt = new AttemptKey(job.Id, job.SchemaName, AttemptToken.New());
        try
        {
            var (claim, asked) = await RepeatAsync(() => ClaimAsync(job, delivery.Message.AcceptedAt, attempt), abort).ConfigureAwait(false);
            if (claim.Answer == ClaimAnswer.Claimed)
            {
                await RunAsync(delivery, job, attempt, claim, asked, abort).ConfigureAwait(false);
            }
            else
            {
                LogHintDropped(job.Id, claim.Answer);
            }
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // The store was away to the last: the message outlives this worker, and the lease decides about the attempt.
            await delivery.ReturnAsync().ConfigureAwait(false);
            return;
        }

        await delivery.AckAsync().ConfigureAwait(false);
    }

    /// <returns>What was found, and when it was asked for: the lease began no earlier.</returns>
    private async Task<(ClaimResult Result, long AskedAt)> ClaimAsync(Job job, DateTimeOffset? acceptedAt, AttemptKey attempt)
    {
        var lease = options.Value.LeaseDuration;
        var asked = time.GetTimestamp();
        var claim = await store.ClaimAsync(attempt, identity.Id, lease, CancellationToken.None).ConfigureAwait(false);
        return claim.Answer == ClaimAnswer.Unknown
            ? (await store.AdoptAsync(job, acceptedAt, attempt.Token, identity.Id, lease, CancellationToken.None).ConfigureAwait(false), asked)
            : (claim, asked);
    }

    private async Task RunAsync(JobDelivery delivery, Job job, AttemptKey key, ClaimResult claim, long claimedAt, CancellationToken abort)
    {
        using var scope = logger.BeginScope(new Dictionary<string, object> { ["JobId"] = job.Id.Value, ["JobType"] = job.SchemaName.Value });
        using var span = JobsTelemetry.StartProcess(
            delivery.Message with { TraceParent = delivery.Message.TraceParent ?? job.Traceparent }, claim.Attempt);
        using var attempt = new LiveAttempt(key, time);
        using var aborting = abort.Register(() => attempt.Stop(StopCause.ShuttingDown));
        if (job.Overlap == JobOverlap.Never)
        {
            attempt.StopWhenLapsed(options.Value.LeaseDuration - time.GetElapsedTime(claimedAt));
        }

        live.Add(attempt);
        telemetry.Started(job.SchemaName, Waited(delivery.Message));
        LogStarted(job.Id, job.SchemaName, claim.Attempt);
        var started = time.GetTimestamp();
        JobOutcome? outcome = null;
        try
        {
            outcome = delivery.DeliveryCount > MaxDeliveries
                ? new JobOutcome.NotRunnable($"The message was delivered {delivery.DeliveryCount} times without an end.", JobsJson.EmptyObject)
                : await RunCodeAsync(job, attempt, claim).ConfigureAwait(false);
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

    /// <summary>Runs the worker's code.</summary>
    /// <returns>The outcome; <see langword="null"/> when the job is to be given back.</returns>
    private async Task<JobOutcome?> RunCodeAsync(Job job, LiveAttempt attempt, ClaimResult claim)
    {
        if (job.Timeout is { } timeout)
        {
            attempt.StopAfter(timeout);
        }

        try
        {
            var context = new JobContext(job.Id, job.SchemaName, claim.Attempt, logger);
            return await worker.RunAsync(job.Payload, context, attempt.Stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (attempt.Cause != StopCause.None)
        {
            return attempt.Cause switch
            {
                StopCause.TimedOut => new JobOutcome.Failed(
                    $"The job ran longer than its timeout of {job.Timeout!.Value.TotalSeconds} s.", JobsJson.EmptyObject,
                    RetryDelay.After(claim.Failures + 1, Random.Shared)),
                StopCause.CancelRequested => new JobOutcome.Rejected(JobStateMachine.CancelledReason, JobsJson.EmptyObject),
                _ => null,
            };
        }
    }

    /// <summary>Repeats a call while the store is away. Its token makes the repetition harmless.</summary>
    /// <remarks>On shutdown the call is made once more before this gives up, so that what is done is not lost to the drain's end.</remarks>
    private async Task<T> RepeatAsync<T>(Func<Task<T>> call, CancellationToken abort)
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

    private Job? ReadJob(JobDelivery delivery)
    {
        try
        {
            return JsonSerializer.Deserialize(delivery.Message.Body.Span, JobsJson.Default.Job);
        }
        catch (JsonException fault)
        {
            LogUnreadable(delivery.Message.JobType, delivery.Message.Body.Length, fault.Message);
            return null;
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

    [LoggerMessage(LogLevel.Information, "Job {JobId} of type {JobType} started, attempt {Attempt}")]
    private partial void LogStarted(JobId jobId, JobType jobType, int attempt);

    [LoggerMessage(LogLevel.Information, "Job {JobId}, attempt {Attempt} ended: {Outcome}")]
    private partial void LogEnded(JobId jobId, int attempt, string outcome);

    [LoggerMessage(LogLevel.Warning, "Job {JobId}, attempt {Attempt}: the outcome {Outcome} was refused, the job had been given to another attempt")]
    private partial void LogStale(JobId jobId, int attempt, string outcome);

    [LoggerMessage(LogLevel.Debug, "Message of job {JobId} dropped: {Answer}")]
    private partial void LogHintDropped(JobId jobId, ClaimAnswer answer);

    [LoggerMessage(LogLevel.Error, "A message of {Bytes} bytes in queue {JobType} is no job and was dropped: {Reason}")]
    private partial void LogUnreadable(JobType jobType, int bytes, string reason);

    [LoggerMessage(LogLevel.Warning, "{Reason} Next try in {Delay}.")]
    private partial void LogStoreAway(string reason, TimeSpan delay);
}
