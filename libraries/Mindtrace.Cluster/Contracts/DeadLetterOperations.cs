using System.Text.Json;
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

    /// <summary>Takes a dead letter back into the queue.</summary>
    public static readonly Operation<RequeueFromDlqRequest, JobStatus> RequeueFromDlq = new("requeue_from_dlq", Role.Operator)
    {
        Description = "Queues a dead letter again, under the same id and by the present route of its type, with another payload if one is given.",
    };

    /// <summary>Takes a job out of the dead-letter queue.</summary>
    public static readonly Operation<JobIdRequest, Unit> DiscardFromDlq = new("discard_from_dlq", Role.Operator)
    {
        Description = "Takes a job out of the dead-letter queue; its record keeps its final status.",
    };
}

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
