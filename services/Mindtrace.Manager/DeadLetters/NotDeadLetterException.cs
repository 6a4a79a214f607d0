using Mindtrace.Jobs;

namespace Mindtrace.Manager.DeadLetters;

/// <summary>A job was to be requeued or discarded that is not in the dead-letter queue.</summary>
internal sealed class NotDeadLetterException(JobId id)
    : Exception($"The job '{id}' is not in the dead-letter queue: it did not fail for good, or somebody requeued or discarded it before.");
