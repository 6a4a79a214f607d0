using Mindtrace.Jobs;

namespace Mindtrace.Manager.Jobs;

/// <summary>A job was named that the store does not know.</summary>
internal sealed class JobNotFoundException(JobId id)
    : Exception($"There is no job '{id}'. It was never submitted to this cluster.");
