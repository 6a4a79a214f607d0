using Microsoft.Extensions.Logging;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>What a worker's code knows of the job it runs, besides its input.</summary>
/// <param name="JobId">The job.</param>
/// <param name="JobType">Its type; none when the job is run outside of any queue and does not say.</param>
/// <param name="Attempt">The number of this attempt, from 1.</param>
/// <param name="Logger">Logs under the job's id and trace.</param>
public sealed record JobContext(JobId JobId, JobType? JobType, int Attempt, ILogger Logger)
{
    /// <summary>Gets what hears of progress; none when the job is run outside of any queue.</summary>
    internal Action? Progressed { get; init; }

    /// <summary>Tells that the attempt gets on. A job with a <see cref="Job.HeartbeatTimeout"/> is stopped when this is not called for so long. Cheap.</summary>
    public void ReportProgress() => Progressed?.Invoke();
}
