using Mindtrace.Jobs;

namespace Mindtrace.Manager.Jobs;

/// <summary>A job type was used that has no route.</summary>
internal sealed class JobTypeNotRegisteredException(JobType type)
    : Exception($"The job type '{type}' has no route. Register it to a worker, a worker type or an endpoint first.");
