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

    /// <summary>Routes a job type to an endpoint behind the gateway.</summary>
    public static readonly Operation<RegisterJobToEndpointRequest, Unit> RegisterJobToEndpoint = new("register_job_to_endpoint", Role.Operator)
    {
        Description = "Routes a job type to an endpoint of an app behind the gateway; jobs submitted before keep their road.",
    };

    /// <summary>Routes a job type to workers of a type, which consume it as soon as they are launched.</summary>
    public static readonly Operation<RegisterJobSchemaRequest, Unit> RegisterJobSchemaToWorkerType =
        new("register_job_schema_to_worker_type", Role.Operator)
        {
            Description = "Routes a job type to its queue; workers of the type that are launched later consume it. An unknown worker type changes nothing.",
        };

    /// <summary>Makes a worker type known.</summary>
    public static readonly Operation<RegisterWorkerTypeRequest, Unit> RegisterWorkerType = new("register_worker_type", Role.Operator)
    {
        Description = "Stores what is launched under a worker type's name; registering the name again replaces it.",
    };
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

/// <summary>Asks to make a worker type known.</summary>
/// <param name="WorkerName">The name of the worker type.</param>
/// <param name="WorkerClass">The class to launch, by simple or full name; of a dotted path the last part counts.</param>
public sealed record RegisterWorkerTypeRequest(WorkerTypeName WorkerName, string WorkerClass)
{
    /// <summary>Gets the parameters of the class. The default is none.</summary>
    public IReadOnlyDictionary<string, System.Text.Json.JsonElement>? WorkerParams { get; init; }

    /// <summary>Gets the job type that workers of this type consume from their launch on. The default is none.</summary>
    public JobType? JobType { get; init; }
}
