using System.Text.Json;
using Microsoft.Extensions.Logging;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>Takes one delivery through its life: read, run an attempt, acknowledge. Nothing is acknowledged before its outcome is stored.</summary>
internal sealed partial class JobExecutor(
    IWorker worker, AttemptRunner runner, IJobStore store, WorkerProvenance provenance, JobCapabilities capabilities, ILogger<JobExecutor> logger)
{
    private const int MaxDeliveries = 20;

    /// <summary>Runs the job of a delivery to its end.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="abort">Cancelled when the worker can wait no longer: a running job then goes back to the queue.</param>
    public async Task ExecuteAsync(JobDelivery delivery, CancellationToken abort)
    {
        try
        {
            if (await ReadJobAsync(delivery, abort).ConfigureAwait(false) is { } job)
            {
                await runner.RunAsync(
                    delivery.Message, job, UnknownJob.Adopt,
                    (claim, report, stopping) => RunCodeAsync(delivery, job, claim, report, stopping), abort).ConfigureAwait(false);
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

    private async Task<JobOutcome?> RunCodeAsync(
        JobDelivery delivery, Job job, ClaimResult claim, AttemptReport report, CancellationToken stopping)
    {
        if (delivery.DeliveryCount > MaxDeliveries)
        {
            return new JobOutcome.NotRunnable($"The message was delivered {delivery.DeliveryCount} times without an end.", JobsJson.EmptyObject);
        }

        report.Provenance = provenance.OfAttempt(claim.Attempt);
        using var running = new RunningJob(job, claim.Attempt, report, capabilities, stopping);
        var context = new JobContext(job.Id, job.SchemaName, claim.Attempt, logger) { Report = report, Running = running };
        return await worker.RunAsync(job.Payload, context, stopping).ConfigureAwait(false);
    }

    /// <returns>The job; <see langword="null"/> when there is none to be run.</returns>
    private async Task<Job?> ReadJobAsync(JobDelivery delivery, CancellationToken abort)
    {
        if (delivery.Message.Body.IsEmpty)
        {
            var id = delivery.Message.JobId;
            return (await runner.RepeatAsync(() => store.FindAsync(id, CancellationToken.None), abort).ConfigureAwait(false))?.Job;
        }

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

    [LoggerMessage(LogLevel.Error, "A message of {Bytes} bytes in queue {JobType} is no job and was dropped: {Reason}")]
    private partial void LogUnreadable(JobType jobType, int bytes, string reason);
}
