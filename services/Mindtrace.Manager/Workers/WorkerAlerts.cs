using System.Text.Json;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Jobs;
using Mindtrace.Manager.Recovery;
using Mindtrace.Services;

namespace Mindtrace.Manager.Workers;

/// <summary>Takes and finishes jobs on behalf of workers that have no access to the store, such as those in Python.</summary>
/// <remarks>
/// Their attempts live for as long as the worker names the job when it is asked (see the reaper), or, where nothing is known of the
/// worker, for the job's timeout.
/// </remarks>
internal sealed class WorkerAlerts(IJobStore jobs, IAttemptStore attempts, RedisWorkerDirectory directory, IOptions<RecoveryOptions> options)
{
    private static readonly TimeSpan LongestLease = TimeSpan.FromDays(366);

    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="AttemptRefusedException">The job is another worker's, final, or not due.</exception>
    public async Task StartedAsync(WorkerStartedJobRequest alert, CancellationToken cancellationToken)
    {
        var record = await FindAsync(alert.JobId, cancellationToken);
        await directory.TouchAsync(alert.WorkerId, cancellationToken);
        if (!Runs(record, alert.WorkerId))
        {
            await ClaimAsync(record, alert.WorkerId, cancellationToken);
        }
    }

    /// <exception cref="InvalidRequestException">The status is no outcome.</exception>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="AttemptRefusedException">The job is another worker's, or was ended by another.</exception>
    public async Task CompletedAsync(WorkerCompletedJobRequest alert, CancellationToken cancellationToken)
    {
        var record = await FindAsync(alert.JobId, cancellationToken);
        await directory.TouchAsync(alert.WorkerId, cancellationToken);
        var outcome = Outcome(alert, record);

        // Told twice, and since the first time the job waits for its next attempt.
        if (record is { State: JobState.Queued, Ended: AttemptEnd.Failed } && record.Worker == alert.WorkerId)
        {
            return;
        }

        // Of a job that is queued, the alert of the start was lost; one that is final was told to end twice.
        var attempt = record.State != JobState.Queued && record.Worker == alert.WorkerId && record.Token is { } token
            ? new AttemptKey(record.Job.Id, record.Job.SchemaName, token)
            : await ClaimAsync(record, alert.WorkerId, cancellationToken);
        if (!await attempts.FinishAsync(attempt, outcome, cancellationToken))
        {
            throw AttemptRefusedException.NotOf(alert.WorkerId, alert.JobId);
        }
    }

    private static bool Runs(JobRecord record, WorkerId worker) => record.State == JobState.Running && record.Worker == worker;

    private static JobOutcome Outcome(WorkerCompletedJobRequest alert, JobRecord record)
    {
        var output = alert.Output ?? JobsJson.EmptyObject;
        var reason = output is { ValueKind: JsonValueKind.Object } && output.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String
            ? error.GetString()!
            : $"Worker {alert.WorkerId} reported {ReportedOutcome.Name(alert.Status)}.";
        return ReportedOutcome.Of(alert.Status, output, reason, record);
    }

    private async Task<JobRecord> FindAsync(JobId id, CancellationToken cancellationToken) =>
        await jobs.FindAsync(id, cancellationToken) ?? throw new JobNotFoundException(id);

    private async Task<AttemptKey> ClaimAsync(JobRecord record, WorkerId worker, CancellationToken cancellationToken)
    {
        var attempt = new AttemptKey(record.Job.Id, record.Job.SchemaName, AttemptToken.New());
        var lease = await directory.FindAsync(worker, cancellationToken) is not { Url: not null } ? record.Job.Timeout ?? LongestLease : options.Value.AlertLease;
        return (await attempts.ClaimAsync(attempt, worker, lease, cancellationToken)).Answer == ClaimAnswer.Claimed
            ? attempt
            : throw AttemptRefusedException.NotOf(worker, record.Job.Id);
    }
}
