using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>What the manager does with the jobs that failed for good.</summary>
public static class DeadLetterOperations
{
    /// <summary>Lists the dead letters.</summary>
    public static readonly Operation<Unit, DeadLettersResponse> GetDlqJobs = new("get_dlq_jobs", Role.Viewer)
    {
        Description = "Lists the dead-letter queue, the latest 1,000, the latest first.", Tool = true,
    };

    /// <summary>Lists dead letters page by page.</summary>
    public static readonly Operation<DeadLettersRequest, ListDeadLettersResponse> ListDeadLetters = new("list_dead_letters", Role.Viewer)
    {
        Example = new() { JobTypes = [Examples.JobType], Reason = "timeout" },
        Description = "Lists dead letters page by page, those that failed latest first, by type, status, part of the reason and time.", Tool = true,
    };

    /// <summary>Takes many dead letters back into the queue.</summary>
    public static readonly Operation<DeadLettersRequest, RequeueDeadLettersResponse> RequeueDeadLetters = new("requeue_dead_letters", Role.Operator)
    {
        Example = new() { JobTypes = [Examples.JobType], Reason = "timeout" },
        Description = "Queues a page of the dead letters of a filter again. Those that cannot be queued stay, and are counted.",
        Audit = request => string.Join(',', request.JobTypes),
    };

    /// <summary>Takes many jobs out of the dead-letter queue.</summary>
    public static readonly Operation<DeadLettersRequest, DiscardDeadLettersResponse> DiscardDeadLetters = new("discard_dead_letters", Role.Operator)
    {
        Example = new() { JobTypes = [Examples.JobType], To = Examples.Time },
        Description = "Takes a page of the dead letters of a filter out of the dead-letter queue; their records keep their final status.",
        Audit = request => string.Join(',', request.JobTypes),
    };

    /// <summary>Takes a dead letter back into the queue.</summary>
    public static readonly Operation<RequeueFromDlqRequest, JobStatus> RequeueFromDlq = new("requeue_from_dlq", Role.Operator)
    {
        Example = new(Examples.Job) { Payload = Examples.Payload },
        Description = "Queues a dead letter again, under the same id and by the present route of its type, with another payload if one is given.",
        Audit = request => request.JobId.Value,
    };

    /// <summary>Takes a job out of the dead-letter queue.</summary>
    public static readonly Operation<JobIdRequest, Unit> DiscardFromDlq = new("discard_from_dlq", Role.Operator)
    {
        Example = new(Examples.Job),
        Description = "Takes a job out of the dead-letter queue; its record keeps its final status.",
        Audit = request => request.JobId.Value,
    };
}

/// <summary>Says which dead letters are meant, and how many at once. Without any bound all are.</summary>
public sealed record DeadLettersRequest
{
    /// <summary>Gets the job types. The default, none, means all.</summary>
    [MaxLength(1000)]
    public IReadOnlyList<JobType> JobTypes { get; init; } = [];

    /// <summary>Gets the statuses, of <c>failed</c> and <c>error</c>. The default, none, means both.</summary>
    public IReadOnlyList<JobState> Statuses { get; init; } = [];

    /// <summary>Gets a part of the reason, whatever the case of its letters, such as <c>heartbeat_timeout</c>. The default is any reason.</summary>
    [PlainText(1000)]
    public string? Reason { get; init; }

    /// <summary>Gets the earliest time of failure. The default is no bound.</summary>
    [JsonConverter(typeof(LenientTimeJsonConverter))]
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the latest time of failure. The default is no bound.</summary>
    [JsonConverter(typeof(LenientTimeJsonConverter))]
    public DateTimeOffset? To { get; init; }

    /// <summary>Gets how many dead letters to take at most.</summary>
    /// <value>1 to 1000. The default is 100.</value>
    [Range(1, DeadLetterFilter.MaxLimit)]
    public int Limit { get; init; } = 100;

    /// <summary>Gets where to go on: <c>next_cursor</c> of the page before. The default is the beginning.</summary>
    public string? Cursor { get; init; }
}

/// <summary>A page of dead letters. One with few jobs, or none, is the last only if it has no cursor.</summary>
/// <param name="Jobs">The jobs, those that failed latest first; <c>inspect_job</c> tells more of each.</param>
/// <param name="NextCursor">Where the next page begins; none when this was the last.</param>
public sealed record ListDeadLettersResponse(IReadOnlyList<JobStatus> Jobs, string? NextCursor);

/// <summary>How many dead letters were queued again.</summary>
/// <param name="Requeued">How many were.</param>
/// <param name="Kept">How many stay dead letters: their type has no route, or another job holds their unique key.</param>
/// <param name="NextCursor">Where the next page begins; none when this was the last.</param>
public sealed record RequeueDeadLettersResponse(int Requeued, int Kept, string? NextCursor);

/// <summary>How many dead letters were discarded.</summary>
/// <param name="Discarded">How many were.</param>
/// <param name="NextCursor">Where the next page begins; none when this was the last.</param>
public sealed record DiscardDeadLettersResponse(int Discarded, string? NextCursor);

/// <summary>Names a dead letter to queue again.</summary>
/// <param name="JobId">The job.</param>
public sealed record RequeueFromDlqRequest(JobId JobId)
{
    /// <summary>Gets a payload in place of the job's; it must fit the schema of the type. The default is to leave it as it is.</summary>
    public JsonElement? Payload { get; init; }
}

/// <summary>The dead letters.</summary>
/// <param name="Jobs">Each dead letter.</param>
public sealed record DeadLettersResponse(IReadOnlyList<DeadLetter> Jobs);

/// <summary>A job that failed for good.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Output">What its last attempt produced.</param>
/// <param name="Job">The job, with its error.</param>
public sealed record DeadLetter(JobId JobId, JsonElement Output, Job Job);
