using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>What the manager does with jobs.</summary>
public static class JobOperations
{
    /// <summary>Accepts a job.</summary>
    public static readonly Operation<Job, JobStatus> SubmitJob = new("submit_job", Role.Submitter)
    {
        Example = new() { Id = Examples.Job, SchemaName = Examples.JobType, Payload = Examples.Payload, MaxAttempts = 3 },
        Description = "Accepts a job and answers its status, that of an endpoint job after its first attempt. Submitting a known id again answers the status of the job of that id, and a unique_key that a queued or running job of the type holds that of its holder; nothing runs twice.",
    };

    /// <summary>Accepts many jobs.</summary>
    public static readonly Operation<SubmitJobsRequest, JobStatusesResponse> SubmitJobs = new("submit_jobs", Role.Submitter)
    {
        Example = new([new Job { SchemaName = Examples.JobType, Payload = Examples.Payload }]),
        Description = "Accepts many jobs in one step and answers their status in the same order. A job that is not valid has all of them refused.",
    };

    /// <summary>Lists jobs.</summary>
    public static readonly Operation<ListJobsRequest, ListJobsResponse> ListJobs = new("list_jobs", Role.Viewer)
    {
        Example = new() { JobTypes = [Examples.JobType], Statuses = [JobState.Failed, JobState.Error], Limit = 20 },
        Description = "Lists jobs page by page, the latest first, by type, status and time.", Tool = true,
    };

    /// <summary>Counts jobs.</summary>
    public static readonly Operation<Unit, JobCensus> CountJobs = new("count_jobs", Role.Viewer)
    {
        Description = "Counts the jobs of each type by status, those that wait apart from those that are not due yet, with the time since when the oldest has waited; and the dead letters.",
        Tool = true,
    };

    /// <summary>Looks up a job.</summary>
    public static readonly Operation<JobIdRequest, JobStatus> GetJobStatus = new("get_job_status", Role.Viewer)
    {
        Example = new(Examples.Job),
        Description = "Answers the status of a job.", Tool = true,
    };

    /// <summary>Tells all that is known of a job.</summary>
    public static readonly Operation<JobIdRequest, JobDetails> InspectJob = new("inspect_job", Role.Viewer)
    {
        Example = new(Examples.Job),
        Description = "Answers all that is known of a job: its status, road, times, counters, and every attempt that did not succeed, with its worker and reason.",
        Tool = true,
    };

    /// <summary>Waits until a job is final.</summary>
    public static readonly Operation<WaitForJobRequest, JobStatus> WaitForJob = new("wait_for_job", Role.Viewer)
    {
        Example = new(Examples.Job) { TimeoutSeconds = 30 },
        Description = "Answers the status of a job once it is final, or as it is when the time is up.", Tool = true,
    };

    /// <summary>Reads a job's log. <c>GET</c> with the same fields follows it.</summary>
    public static readonly Operation<JobLogsRequest, JobLogsResponse> JobLogs = new("job_logs", Role.Viewer)
    {
        Example = new(Examples.Job) { Lines = 20 },
        Description = "Answers what a job has printed: the last lines, or those after a line. GET /job_logs follows it while the job runs.", Tool = true,
    };

    /// <summary>Runs a job again as it was run, as a new job.</summary>
    public static readonly Operation<ReplayJobRequest, JobStatus> ReplayJob = new("replay_job", Role.Submitter)
    {
        Example = new(Examples.Job),
        Description = "Submits a job of the same type, payload and rules as another one, with what its worker pinned, such as the commit and the image that ran, and answers its status as submit_job does. The new job names the other as replay_of.",
        Audit = request => request.JobId.Value,
    };

    /// <summary>Cancels a job.</summary>
    public static readonly Operation<JobIdRequest, CancelJobResponse> CancelJob = new("cancel_job", Role.Submitter)
    {
        Example = new(Examples.Job),
        Description = "Cancels a queued job at once, and asks the worker of a running one to stop. A final job stays as it is. Without the role operator, only jobs that were submitted with the same key can be cancelled.",
        Audit = request => request.JobId.Value,
    };
}

/// <summary>Jobs to accept.</summary>
/// <param name="Jobs">1 to 10,000 jobs.</param>
public sealed record SubmitJobsRequest([property: Length(1, 10_000)] IReadOnlyList<Job> Jobs) : IValidatableObject
{
    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        // Of the elements of a list the JSON contract does not say that they must not be null.
        Jobs.SelectMany((job, i) => job is null ? [new ValidationResult("must not be null", [$"jobs[{i}]"])] : JobRules.Check(job, $"jobs[{i}]"));
}

/// <summary>The status of several jobs.</summary>
/// <param name="Jobs">The status of each, in the order of the request.</param>
public sealed record JobStatusesResponse(IReadOnlyList<JobStatus> Jobs);

/// <summary>Asks for a page of jobs.</summary>
/// <remarks>The time of a queued job is when it is due, that of any other when it was accepted.</remarks>
public sealed record ListJobsRequest
{
    /// <summary>Gets the job types. The default, none, means all.</summary>
    [MaxLength(1000)]
    public IReadOnlyList<JobType> JobTypes { get; init; } = [];

    /// <summary>Gets the states. The default, none, means all.</summary>
    public IReadOnlyList<JobState> Statuses { get; init; } = [];

    /// <summary>Gets the earliest time. The default is no bound.</summary>
    [JsonConverter(typeof(LenientTimeJsonConverter))]
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the latest time. The default is no bound.</summary>
    [JsonConverter(typeof(LenientTimeJsonConverter))]
    public DateTimeOffset? To { get; init; }

    /// <summary>Gets how many jobs to list at most.</summary>
    /// <value>1 to 1000. The default is 100.</value>
    [Range(1, JobFilter.MaxLimit)]
    public int Limit { get; init; } = 100;

    /// <summary>Gets where to go on: <c>next_cursor</c> of the page before. The default is the beginning.</summary>
    public string? Cursor { get; init; }
}

/// <summary>A page of jobs.</summary>
/// <param name="Jobs">The jobs, the latest first.</param>
/// <param name="NextCursor">Where the next page begins; none when this was the last.</param>
public sealed record ListJobsResponse(IReadOnlyList<JobStatus> Jobs, string? NextCursor);

/// <summary>Names a job.</summary>
/// <param name="JobId">The job.</param>
public sealed record JobIdRequest(JobId JobId);

/// <summary>Names a job to wait for.</summary>
/// <param name="JobId">The job.</param>
public sealed record WaitForJobRequest(JobId JobId)
{
    /// <summary>Gets how long to wait, in seconds.</summary>
    /// <value>0 to 3600. The default is 60.</value>
    [Range(0d, 3600d)]
    public double TimeoutSeconds { get; init; } = 60;
}

/// <summary>Names a job to run again.</summary>
/// <param name="JobId">The job. It may be in any state; of one that has not ended an attempt, the payload is taken as it is.</param>
public sealed record ReplayJobRequest(JobId JobId)
{
    /// <summary>Gets the id of the new job: with one, the call can be repeated without another job. The default is a new id.</summary>
    public JobId? NewJobId { get; init; }
}

/// <summary>Names lines of a job's log.</summary>
/// <param name="JobId">The job.</param>
public sealed record JobLogsRequest(JobId JobId)
{
    /// <summary>Gets the attempt that printed them. The default is any. A job that was requeued has several first attempts.</summary>
    [Range(1, int.MaxValue)]
    public int? Attempt { get; init; }

    /// <summary>Gets where they were printed. The default is anywhere.</summary>
    public JobLogStream? Stream { get; init; }

    /// <summary>Gets how many lines to read at most. An answer has no more than 4 MiB of them, and at least one.</summary>
    /// <value>0 to 10000. The default is 100.</value>
    [Range(0, 10_000)]
    public int Lines { get; init; } = 100;

    /// <summary>Gets the number of the line after which to begin: 0 for the first. The default is none: the last lines are read.</summary>
    [Range(0L, long.MaxValue)]
    public long? After { get; init; }
}

/// <summary>Lines of a job's log.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Lines">The lines, the oldest first.</param>
public sealed record JobLogsResponse(JobId JobId, IReadOnlyList<JobLogLine> Lines);

/// <summary>What a cancel did.</summary>
/// <param name="Cancelled">Whether the job is cancelled already; otherwise <paramref name="Status"/> tells more.</param>
/// <param name="Status">The job's status after the call.</param>
public sealed record CancelJobResponse(bool Cancelled, JobStatus Status);

/// <summary>The live status of a job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="WorkerId">Who runs or ran it: the worker, or the path of the endpoint; empty before that.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Output">Its output; <c>{}</c> while there is none.</param>
/// <param name="Job">The job, with the times, the attempt and the error that the store knows.</param>
public sealed record JobStatus(JobId JobId, string WorkerId, JobState Status, JsonElement Output, Job Job)
{
    /// <summary>Makes the status of a record.</summary>
    /// <param name="record">The record.</param>
    /// <returns>The status.</returns>
    public static JobStatus Of(JobRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var job = record.Job with
        {
            Name = record.Job.Name ?? record.Job.SchemaName.Value,
            CreatedAt = record.Job.CreatedAt ?? record.AcceptedAt,
            StartedAt = record.StartedAt,
            CompletedAt = record.FinishedAt,
            Error = record.Error,
            Attempt = record.Attempt,
        };

        // Of an endpoint job the worker is whichever manager made the attempt, which is of no use to anybody.
        var worker = record is { Worker: not null, Route: { IsEndpoint: true, Target: var path } } ? path : record.Worker?.Value;
        return new JobStatus(job.Id, worker ?? "", record.State, record.Output ?? JobsJson.EmptyObject, job);
    }
}

/// <summary>All that the store knows of a job.</summary>
/// <param name="Status">Its status, with job and output.</param>
/// <param name="AcceptedAt">When the store accepted it.</param>
/// <param name="DueAt">The time before which nobody may run it: of its next attempt, while it is queued.</param>
/// <param name="Failures">How many attempts failed.</param>
/// <param name="Deaths">How many attempts were lost with their worker.</param>
/// <param name="CancelRequested">Whether somebody asked to cancel the running attempt.</param>
/// <param name="IsDeadLetter">Whether it waits in the dead-letter queue for somebody to act.</param>
/// <param name="Attempts">The attempts that ended without success, the latest 20, the first of them first.</param>
public sealed record JobDetails(
    JobStatus Status, DateTimeOffset AcceptedAt, DateTimeOffset DueAt, int Failures, int Deaths, bool CancelRequested, bool IsDeadLetter,
    IReadOnlyList<JobAttempt> Attempts)
{
    /// <summary>Gets the road that it was sent on: <c>@orchestrator</c> for its queue, or a gateway path; none when its type had no route.</summary>
    public string? Route { get; init; }

    /// <summary>Gets the name of the key that it was submitted with; none of a schedule's runs.</summary>
    public string? SubmittedBy { get; init; }

    /// <summary>Gets what exactly ran the latest attempt whose worker reported its end; none when none has, or it did not tell.</summary>
    public JobProvenance? Provenance { get; init; }

    /// <summary>Gets until when the running attempt is safe without a sign of its worker; none when it does not run.</summary>
    public DateTimeOffset? LeaseExpiresAt { get; init; }

    /// <summary>Tells whether the job was requeued from the dead-letter queue after one of its <see cref="Attempts"/>: then it counted from 1 again.</summary>
    /// <param name="index">The place of the attempt among <see cref="Attempts"/>, from 0.</param>
    /// <returns>Whether a requeue came between that attempt and what the job did next.</returns>
    public bool WasRequeuedAfter(int index)
    {
        var number = Attempts[index].Number;
        if (index + 1 < Attempts.Count)
        {
            return Attempts[index + 1].Number <= number;
        }

        // An attempt that runs or completed is not among those that ended without success.
        var current = Status.Job.Attempt ?? 0;
        return Status.Status is JobState.Running or JobState.Completed ? current <= number : current < number;
    }

    /// <summary>Makes the details of a record.</summary>
    /// <param name="record">The record.</param>
    /// <returns>The details.</returns>
    public static JobDetails Of(JobRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new JobDetails(
            JobStatus.Of(record), record.AcceptedAt, record.DueAt, record.Failures, record.Deaths, record.CancelRequested, record.IsDeadLetter,
            [.. record.Attempts.Select(attempt => new JobAttempt(
                attempt.Number, attempt.Worker, attempt.StartedAt, attempt.EndedAt, attempt.End, attempt.Reason))])
        {
            Route = record.Route?.Target,
            SubmittedBy = record.Job.SubmittedBy,
            LeaseExpiresAt = record.LeaseExpiresAt,
            Provenance = record.Provenance,
        };
    }
}

/// <summary>An attempt that ended without success.</summary>
/// <param name="Number">The number of the attempt, from 1.</param>
/// <param name="WorkerId">Who made it.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="End">How it ended.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record JobAttempt(int Number, WorkerId WorkerId, DateTimeOffset StartedAt, DateTimeOffset EndedAt, AttemptEnd End, string Reason);
