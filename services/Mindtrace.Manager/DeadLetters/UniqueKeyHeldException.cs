using Mindtrace.Jobs;

namespace Mindtrace.Manager.DeadLetters;

/// <summary>A job was to be requeued whose unique key another job holds.</summary>
internal sealed class UniqueKeyHeldException(JobId id, JobId holder)
    : Exception($"The job '{id}' cannot be queued: the job '{holder}' holds its unique key until it has come to its end.");
