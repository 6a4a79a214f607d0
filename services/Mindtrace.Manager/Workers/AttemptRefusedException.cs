using Mindtrace.Jobs;

namespace Mindtrace.Manager.Workers;

/// <summary>A worker told of a job that is not its own.</summary>
internal sealed class AttemptRefusedException(JobId job, WorkerId worker)
    : Exception($"The job '{job}' is not worker '{worker}''s: another runs it, it is final, or it is not due.");
