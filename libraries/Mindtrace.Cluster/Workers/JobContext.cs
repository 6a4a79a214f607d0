using Microsoft.Extensions.Logging;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>What a worker's code knows of the job it runs, besides its input.</summary>
/// <param name="JobId">The job.</param>
/// <param name="JobType">Its type; none when the job is run outside of any queue and does not say.</param>
/// <param name="Attempt">The number of this attempt, from 1.</param>
/// <param name="Logger">Logs under the job's id and trace.</param>
public sealed record JobContext(JobId JobId, JobType? JobType, int Attempt, ILogger Logger);
