using System.Text.Json;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>Code that runs jobs, whatever their input and output. Derive from <see cref="Worker{TInput, TOutput}"/>.</summary>
public interface IWorker
{
    /// <summary>Prepares the worker, once, before its first job.</summary>
    /// <param name="cancellationToken">Ends the wait when the worker shuts down.</param>
    /// <returns>A task that ends when the worker may be given jobs.</returns>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Runs one job.</summary>
    /// <param name="payload">The job's input.</param>
    /// <param name="context">The job.</param>
    /// <param name="cancellationToken">Cancelled when the job is to stop: cancelled, timed out, or the worker shuts down.</param>
    /// <returns>How the attempt ended. Exceptions other than of the cancellation do not leave it.</returns>
    Task<JobOutcome> RunAsync(JsonElement payload, JobContext context, CancellationToken cancellationToken);
}
