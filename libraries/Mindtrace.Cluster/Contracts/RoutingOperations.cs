using System.Text.Json;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>How the manager is told where jobs of a type go.</summary>
public static class RoutingOperations
{
    /// <summary>Routes a job type to a worker that runs already.</summary>
    public static readonly Operation<RegisterJobToWorkerRequest, Unit> RegisterJobToWorker = new("register_job_to_worker", Role.Admin)
    {
        Example = new(Examples.JobType, Examples.WorkerUrl),
        Description = "Routes a job type to its queue and lets the worker at a URL consume it.",
        Audit = request => request.JobType.Value,
    };

    /// <summary>Routes a job type to an endpoint behind the gateway.</summary>
    public static readonly Operation<RegisterJobToEndpointRequest, Unit> RegisterJobToEndpoint = new("register_job_to_endpoint", Role.Admin)
    {
        Example = new(Examples.JobType, "camera/echo"),
        Description = "Routes a job type to an endpoint of an app behind the gateway; jobs submitted before keep their road.",
        Audit = request => request.JobType.Value,
    };

    /// <summary>Routes a job type to workers of a type, which consume it as soon as they are launched.</summary>
    public static readonly Operation<RegisterJobSchemaRequest, Unit> RegisterJobSchemaToWorkerType =
        new("register_job_schema_to_worker_type", Role.Admin)
        {
            Example = new(Examples.JobType, Examples.WorkerType),
            Description = "Routes a job type to its queue; workers of the type that are launched later consume it. An unknown worker type changes nothing.",
            Audit = request => request.JobSchemaName.Value,
        };

    /// <summary>Agrees on something for all jobs of a type.</summary>
    public static readonly Operation<JobTypeDefinition, Unit> RegisterJobType = new("register_job_type", Role.Admin)
    {
        Example = new(Examples.JobType)
        {
            Description = "Says again what it was told.",
            InputSchema = JsonElement.Parse("""{"type":"object","properties":{"message":{"type":"string"}},"required":["message"]}"""),
            MaxAttempts = 3,
        },
        Description = "Sets schemas, retries, timeout and the order of the queue of a job type; an earlier definition is replaced. "
            + "A type without a route gets the one to its queue, where its jobs wait for a worker.",
        Audit = type => type.JobType.Value,
    };

    /// <summary>Lists what was agreed for job types.</summary>
    public static readonly Operation<Unit, ListJobTypesResponse> ListJobTypes = new("list_job_types", Role.Viewer)
    {
        Description = "Lists the job types that have a route or a definition.", Tool = true,
    };

    /// <summary>Has no more jobs of a type begun.</summary>
    public static readonly Operation<JobTypeRequest, Unit> PauseJobType = new("pause_job_type", Role.Operator)
    {
        Example = new(Examples.JobType),
        Description = "Has no more jobs of a type begun until it is resumed. They are accepted and wait; running ones go on. Workers in other languages take no notice.",
        Audit = request => request.JobType.Value,
    };

    /// <summary>Lets the jobs of a type begin again.</summary>
    public static readonly Operation<JobTypeRequest, Unit> ResumeJobType = new("resume_job_type", Role.Operator)
    {
        Example = new(Examples.JobType),
        Description = "Lets the jobs of a paused type begin again. A type that is not paused is no error.",
        Audit = request => request.JobType.Value,
    };

    /// <summary>Empties the queue of a job type.</summary>
    public static readonly Operation<JobSchemaNameRequest, Unit> ClearJobSchemaQueue = new("clear_job_schema_queue", Role.Operator)
    {
        Example = new(Examples.JobType),
        Description = "Cancels all queued jobs of a type and empties its queue. Running jobs go on.",
        Audit = request => request.JobSchemaName.Value,
    };

    /// <summary>Forgets everything.</summary>
    public static readonly Operation<Unit, Unit> ClearDatabases = new("clear_databases", Role.Admin)
    {
        Description = "Forgets all jobs, dead letters, schedules, routes, job types and workers, and empties the queues. The registry of worker types stays.",
        Audit = _ => null,
    };
}

/// <summary>Names a job type.</summary>
/// <param name="JobSchemaName">The job type.</param>
public sealed record JobSchemaNameRequest(JobType JobSchemaName);

/// <summary>Names a job type.</summary>
/// <param name="JobType">The job type.</param>
public sealed record JobTypeRequest(JobType JobType);

/// <summary>The job types.</summary>
/// <param name="JobTypes">Each job type.</param>
public sealed record ListJobTypesResponse(IReadOnlyList<KnownJobType> JobTypes);

/// <summary>A job type that has a route or a definition.</summary>
/// <param name="JobType">The job type.</param>
/// <param name="Endpoint">The gateway path that its jobs go to; none when they go to the queue, or nowhere.</param>
/// <param name="HasRoute">Whether its jobs go anywhere.</param>
/// <param name="Definition">What was agreed for its jobs; none when nothing was.</param>
public sealed record KnownJobType(JobType JobType, string? Endpoint, bool HasRoute, JobTypeDefinition? Definition)
{
    /// <summary>Gets whether no more of its jobs are begun, until it is resumed.</summary>
    public bool IsPaused { get; init; }
}

/// <summary>Asks to route a job type to a running worker.</summary>
/// <param name="JobType">The job type.</param>
/// <param name="WorkerUrl">Where the worker is, http or https.</param>
public sealed record RegisterJobToWorkerRequest(JobType JobType, [property: HttpUrl] Uri WorkerUrl);

/// <summary>Asks to route a job type to an endpoint.</summary>
/// <param name="JobType">The job type.</param>
/// <param name="Endpoint">App and path, such as <c>echo/run</c>; a leading slash is dropped.</param>
public sealed record RegisterJobToEndpointRequest(JobType JobType, string Endpoint);

/// <summary>Asks to route a job type to a worker type.</summary>
/// <param name="JobSchemaName">The job type.</param>
/// <param name="WorkerType">The worker type.</param>
public sealed record RegisterJobSchemaRequest(JobType JobSchemaName, WorkerTypeName WorkerType);
