using Mindtrace.Jobs;

namespace Mindtrace.Manager.Workers;

/// <summary>A worker told of a job that is not its own.</summary>
internal sealed class AttemptRefusedException : Exception
{
    private AttemptRefusedException(string message)
        : base(message)
    {
    }

    public static AttemptRefusedException NotOf(WorkerId worker, JobId job) =>
        new($"The job '{job}' is not worker '{worker}''s: another runs it, it is final, or it is not due.");

    public static AttemptRefusedException Ended(JobId job) =>
        new($"The attempt at the job '{job}' was ended by others: its lease was not renewed in time, or the job was cancelled.");
}
