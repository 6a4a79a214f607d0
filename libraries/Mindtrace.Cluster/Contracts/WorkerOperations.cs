using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>What a worker does.</summary>
public static class WorkerOperations
{
    /// <summary>Runs a job at once, outside of any queue.</summary>
    public static readonly Operation<RunRequest, RunResponse> Run = new("run", Role.Operator)
    {
        Example = new() { Id = Examples.Job, Payload = Examples.Payload },
        Description = "Runs a job at once and answers its outcome. Nothing is recorded.",
        Audit = request => (request.JobDict ?? request).Id?.Value,
    };

    /// <summary>Lets the worker consume the queue of a job type.</summary>
    public static readonly Operation<ConnectToClusterRequest, Unit> ConnectToCluster = new("connect_to_cluster", Role.Operator)
    {
        Example = new(Examples.JobType),
        Description = "Lets the worker consume a queue, besides those that it consumes already.",
        Audit = request => request.QueueName.Value,
    };

    /// <summary>Tells what the worker does now.</summary>
    public static readonly Operation<Unit, WorkerStatusLocal> GetStatus = new("get_status", Role.Viewer)
    {
        Description = "Answers what the worker does now.", Tool = true,
    };

    /// <summary>Lets the worker take no more jobs, and end.</summary>
    public static readonly Operation<DrainRequest, WorkerStatusLocal> Drain = new("drain", Role.Operator)
    {
        Description = "Lets the worker take no more jobs. It ends once it has finished those that it runs, or given them back at the deadline.",
        Audit = _ => null,
    };

    /// <summary>Lets a drained worker take jobs again.</summary>
    public static readonly Operation<Unit, WorkerStatusLocal> Resume = new("resume", Role.Operator)
    {
        Description = "Lets a drained worker take jobs again, if it has not ended yet and its node is not drained.",
        Audit = _ => null,
    };

    /// <summary>Runs the worker's start hook.</summary>
    public static readonly Operation<Unit, Unit> Start = new("start", Role.Operator)
    {
        Description = "Prepares the worker, as connecting it does. Only the first call has an effect.",
        Audit = _ => null,
    };
}

/// <summary>What the manager knows of workers.</summary>
public static class WorkerDirectoryOperations
{
    /// <summary>Makes a worker known that came by itself.</summary>
    public static readonly Operation<RegisterWorkerRequest, Unit> RegisterWorker = new("register_worker", Role.Worker)
    {
        Example = new(Examples.Worker, Examples.WorkerUrl, [Examples.JobType]),
        Description = "Makes a worker known and routes its job types to their queues.",
        Audit = request => request.WorkerId.Value,
    };

    /// <summary>Looks up a worker by id.</summary>
    public static readonly Operation<WorkerIdRequest, WorkerStatus> GetWorkerStatus = new("get_worker_status", Role.Viewer)
    {
        Example = new(Examples.Worker.Value),
        Description = "Answers what is known of a worker; status nonexistent for an unknown or silent one.", Tool = true,
    };

    /// <summary>Looks up a worker by URL.</summary>
    public static readonly Operation<WorkerUrlRequest, WorkerStatus> GetWorkerStatusByUrl = new("get_worker_status_by_url", Role.Viewer)
    {
        Example = new(Examples.WorkerUrl.AbsoluteUri),
        Description = "Answers what is known of the worker at a URL, with or without trailing slash.", Tool = true,
    };

    /// <summary>Asks a worker what it does.</summary>
    public static readonly Operation<WorkerIdRequest, WorkerStatus> QueryWorkerStatus = new("query_worker_status", Role.Viewer)
    {
        Example = new(Examples.Worker.Value),
        Description = "Asks the worker itself what it does; status nonexistent when it is unknown or does not answer.", Tool = true,
    };

    /// <summary>Asks the worker at a URL what it does.</summary>
    public static readonly Operation<WorkerUrlRequest, WorkerStatus> QueryWorkerStatusByUrl = new("query_worker_status_by_url", Role.Viewer)
    {
        Example = new(Examples.WorkerUrl.AbsoluteUri),
        Description = "Asks the worker at a URL what it does, with or without trailing slash.", Tool = true,
    };

    /// <summary>Lets a worker take no more jobs, and end.</summary>
    public static readonly Operation<DrainWorkerRequest, WorkerStatus> DrainWorker = new("drain_worker", Role.Operator)
    {
        Example = new(Examples.Worker.Value),
        Description = "Lets a worker take no more jobs. It ends once it has finished those that it runs, or given them back at the deadline.",
        Audit = request => request.WorkerId,
    };

    /// <summary>Lets a drained worker take jobs again.</summary>
    public static readonly Operation<WorkerIdRequest, WorkerStatus> ResumeWorker = new("resume_worker", Role.Operator)
    {
        Example = new(Examples.Worker.Value),
        Description = "Lets a drained worker take jobs again. Refused when it has ended, or is about to. The drain of its node stands.",
        Audit = request => request.WorkerId,
    };

    /// <summary>Stops a worker.</summary>
    public static readonly Operation<WorkerIdRequest, WorkerStatus> ShutDownWorker = new("shutdown_worker", Role.Operator)
    {
        Example = new(Examples.Worker.Value),
        Description = "Stops a worker: what it runs may end within its drain timeout, and goes back to the queue if it does not. "
            + "Answers once its process has ended, if a node launched it, else once it was told to.",
        Audit = request => request.WorkerId,
    };

    /// <summary>Reads the end of what a worker wrote.</summary>
    public static readonly Operation<WorkerOutputRequest, WorkerLogsResponse> WorkerLogs = new("worker_logs", Role.Viewer)
    {
        Example = new(Examples.Worker.Value) { Lines = 20 },
        Description = "Answers the last lines that a worker wrote which a node launched, ended workers included. GET /worker_logs follows them.", Tool = true,
    };

    /// <summary>Tells that a worker in another language has started a job.</summary>
    public static readonly Operation<WorkerStartedJobRequest, Unit> WorkerAlertStartedJob = new("worker_alert_started_job", Role.Worker)
    {
        Example = new(Examples.Job, Examples.Worker),
        Description = "Tells that a worker without access to the store has started a job. Refused when the job is another's, or final.",
    };

    /// <summary>Tells how a job ended that a worker in another language ran.</summary>
    public static readonly Operation<WorkerCompletedJobRequest, Unit> WorkerAlertCompletedJob = new("worker_alert_completed_job", Role.Worker)
    {
        Example = new(Examples.Job, Examples.Worker, JobState.Completed) { Output = Examples.Output },
        Description = "Tells how a job ended that a worker without access to the store ran. Refused when the job is another's by now.",
    };

    /// <summary>Lists the workers.</summary>
    public static readonly Operation<Unit, ListWorkersResponse> ListWorkers = new("list_workers", Role.Viewer)
    {
        Description = "Lists all workers that were heard of in the last day.", Tool = true,
    };

    /// <summary>Tells that a worker process has ended.</summary>
    public static readonly Operation<ReportWorkerExitRequest, Unit> ReportWorkerExit = new("report_worker_exit", Role.Node)
    {
        Example = new(Examples.Worker, "exit code 137"),
        Description = "Tells that a worker's process has ended: what it ran is queued again at once.",
    };
}

/// <summary>A job to run at once: as the bare body, or wrapped in <c>job_dict</c>.</summary>
public sealed record RunRequest
{
    /// <summary>Gets the job's id. The default is a new one.</summary>
    public JobId? Id { get; init; }

    /// <summary>Gets the job type, if it matters to the worker.</summary>
    public JobType? SchemaName { get; init; }

    /// <summary>Gets the job's input.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>Gets the job in the form that generated Python clients send.</summary>
    public RunRequest? JobDict { get; init; }
}

/// <summary>The outcome of a job that was run at once.</summary>
/// <param name="Status">completed, failed or error.</param>
/// <param name="Output">What the worker produced.</param>
/// <param name="Error">Why it failed, if it did.</param>
public sealed record RunResponse(JobState Status, JsonElement Output, string? Error);

/// <summary>Asks a worker to consume a queue.</summary>
/// <param name="QueueName">The queue, which is the job type.</param>
public sealed record ConnectToClusterRequest(JobType QueueName)
{
    /// <summary>Gets where the manager is. C# workers use the address they were configured with, if there is one.</summary>
    public Uri? ClusterUrl { get; init; }

    /// <summary>Gets how a worker in Python reaches the broker. C# workers have their own connection strings.</summary>
    public JsonElement? BackendArgs { get; init; }
}

/// <summary>Asks to drain.</summary>
public record DrainRequest
{
    private const double LongestTimeoutSeconds = 30d * 24 * 60 * 60;

    /// <summary>Gets how long running jobs may take. Then they are given back, as when a worker shuts down: queued again, at no cost to the job.</summary>
    /// <value>0 seconds to 30 days. The default is none: as long as they need.</value>
    [Range(0d, LongestTimeoutSeconds)]
    public double? TimeoutSeconds { get; init; }

    /// <summary>Gets <see cref="TimeoutSeconds"/> as a duration; none when it is out of range.</summary>
    [JsonIgnore]
    public TimeSpan? Timeout => TimeoutSeconds is >= 0 and <= LongestTimeoutSeconds ? TimeSpan.FromSeconds(TimeoutSeconds.Value) : null;
}

/// <summary>Asks to drain a worker.</summary>
/// <param name="WorkerId">The worker.</param>
public sealed record DrainWorkerRequest([property: PlainText(256)] string WorkerId) : DrainRequest;

/// <summary>What a worker says of itself.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Status">idle or running.</param>
/// <param name="JobId">A job that it runs, if it runs one.</param>
public sealed record WorkerStatusLocal(string WorkerId, WorkerState Status, JobId? JobId)
{
    /// <summary>Gets all jobs that it runs.</summary>
    public IReadOnlyList<JobId> JobIds { get; init; } = [];

    /// <summary>Gets whether it takes no more jobs.</summary>
    public bool IsDraining { get; init; }
}

/// <summary>What a worker does. On the wire: the name in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkerState>))]
public enum WorkerState
{
    /// <summary>It waits for jobs.</summary>
    [JsonStringEnumMemberName("idle")] Idle,

    /// <summary>It runs a job or several.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>It is broken.</summary>
    [JsonStringEnumMemberName("error")] Error,

    /// <summary>It has ended in good order.</summary>
    [JsonStringEnumMemberName("shutdown")] Shutdown,

    /// <summary>It is unknown, or has been silent for too long.</summary>
    [JsonStringEnumMemberName("nonexistent")] Nonexistent,
}

/// <summary>Names a worker.</summary>
/// <param name="WorkerId">The worker.</param>
public sealed record WorkerIdRequest([property: PlainText(256)] string WorkerId);

/// <summary>Names a worker, and says how much of its log to read.</summary>
/// <param name="WorkerId">The worker. The id of a crashed one is good until the one after it crashes as well.</param>
public sealed record WorkerOutputRequest([property: PlainText(256)] string WorkerId)
{
    /// <inheritdoc cref="WorkerLogsRequest.Lines"/>
    [Range(0, WorkerLogsRequest.MaxLines)]
    public int Lines { get; init; } = WorkerLogsRequest.DefaultLines;
}

/// <summary>Names a worker by its URL.</summary>
/// <param name="WorkerUrl">Where the worker is.</param>
public sealed record WorkerUrlRequest([property: PlainText(2048)] string WorkerUrl);

/// <summary>What is known of a worker.</summary>
/// <param name="WorkerId">The worker; empty when unknown.</param>
/// <param name="WorkerType">The job types that it consumes, separated by commas; the name on the wire is the original's.</param>
/// <param name="WorkerUrl">Where it is; empty when unknown, or when it has no address and only calls.</param>
/// <param name="JobId">A job that it runs, if it runs one.</param>
/// <param name="Status">What it does.</param>
/// <param name="LastHeartbeat">When it was last heard of.</param>
public sealed record WorkerStatus(
    string WorkerId, string WorkerType, string WorkerUrl, JobId? JobId, WorkerState Status, DateTimeOffset? LastHeartbeat)
{
    /// <summary>Gets the node that launched it; none when nobody did, or the worker does not tell.</summary>
    public Uri? NodeUrl { get; init; }

    /// <summary>Gets whether it takes no more jobs, since it is drained, or its node is.</summary>
    public bool IsDraining { get; init; }

    /// <summary>Gets when what it still runs is given back, by the store's clock; none without a deadline.</summary>
    public DateTimeOffset? DrainDeadline { get; init; }
}

/// <summary>The workers.</summary>
/// <param name="Workers">Each worker, the one heard of last first.</param>
public sealed record ListWorkersResponse(IReadOnlyList<WorkerStatus> Workers);

/// <summary>A worker that makes itself known.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="WorkerUrl">Where it is.</param>
/// <param name="JobTypes">The job types that it consumes.</param>
public sealed record RegisterWorkerRequest(WorkerId WorkerId, [property: HttpUrl] Uri WorkerUrl, [property: MaxLength(1000)] IReadOnlyList<JobType> JobTypes);

/// <summary>Tells of a worker process that has ended.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Reason">How it ended, for people.</param>
public sealed record ReportWorkerExitRequest(WorkerId WorkerId, [property: PlainText(4096)] string Reason);

/// <summary>Tells that a worker has started a job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="WorkerId">The worker.</param>
public sealed record WorkerStartedJobRequest(JobId JobId, WorkerId WorkerId);

/// <summary>Tells how a job ended.</summary>
/// <param name="JobId">The job.</param>
/// <param name="WorkerId">The worker that ran it.</param>
/// <param name="Status">completed, failed or error.</param>
public sealed record WorkerCompletedJobRequest(JobId JobId, WorkerId WorkerId, JobState Status)
{
    /// <summary>Gets what the worker produced. The default is <c>{}</c>.</summary>
    public JsonElement? Output { get; init; }
}
