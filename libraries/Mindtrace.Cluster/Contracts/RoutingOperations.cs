using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>How the manager is told where jobs of a type go.</summary>
public static class RoutingOperations
{
    /// <summary>Routes a job type to a worker that runs already.</summary>
    public static readonly Operation<RegisterJobToWorkerRequest, Unit> RegisterJobToWorker = new("register_job_to_worker", Role.Operator)
    {
        Description = "Routes a job type to its queue and lets the worker at a URL consume it.",
    };

    /// <summary>Routes a job type to workers of a type, which consume it as soon as they are launched.</summary>
    public static readonly Operation<RegisterJobSchemaRequest, Unit> RegisterJobSchemaToWorkerType =
        new("register_job_schema_to_worker_type", Role.Operator)
        {
            Description = "Routes a job type to its queue; workers of the type that are launched later consume it. An unknown worker type changes nothing.",
        };
}

/// <summary>Asks to route a job type to a running worker.</summary>
/// <param name="JobType">The job type.</param>
/// <param name="WorkerUrl">Where the worker is, http or https.</param>
public sealed record RegisterJobToWorkerRequest(JobType JobType, [property: HttpUrl] Uri WorkerUrl);

/// <summary>Asks to route a job type to a worker type.</summary>
/// <param name="JobSchemaName">The job type.</param>
/// <param name="WorkerType">The worker type.</param>
public sealed record RegisterJobSchemaRequest(JobType JobSchemaName, WorkerTypeName WorkerType);
