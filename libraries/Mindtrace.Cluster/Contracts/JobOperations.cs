using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>What the manager does with jobs.</summary>
public static class JobOperations
{
    /// <summary>Accepts a job.</summary>
    public static readonly Operation<Job, JobStatus> SubmitJob = new("submit_job", Role.Submitter)
    {
        Description = "Accepts a job and answers its status, that of an endpoint job after its first attempt. Submitting a known id again answers the status of the job of that id; nothing runs twice.",
    };

    /// <summary>Looks up a job.</summary>
    public static readonly Operation<JobIdRequest, JobStatus> GetJobStatus = new("get_job_status", Role.Viewer)
    {
        Description = "Answers the status of a job.", Tool = true,
    };

    /// <summary>Waits until a job is final.</summary>
    public static readonly Operation<WaitForJobRequest, JobStatus> WaitForJob = new("wait_for_job", Role.Viewer)
    {
        Description = "Answers the status of a job once it is final, or as it is when the time is up.", Tool = true,
    };

    /// <summary>Cancels a job.</summary>
    public static readonly Operation<JobIdRequest, CancelJobResponse> CancelJob = new("cancel_job", Role.Submitter)
    {
        Description = "Cancels a queued job at once, and asks the worker of a running one to stop. A final job stays as it is.",
    };
}

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
