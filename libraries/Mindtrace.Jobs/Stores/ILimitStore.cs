namespace Mindtrace.Jobs;

/// <summary>The jobs that have limits to their time, for those who see to it that they are kept.</summary>
/// <remarks>Every method throws <see cref="JobBackendUnavailableException"/> when the store cannot be reached.</remarks>
public interface ILimitStore
{
    /// <summary>Lists jobs that may have overrun a limit, the longest due for a look first.</summary>
    /// <param name="limit">How many to list at most, 1 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The jobs as they were seen.</returns>
    Task<IReadOnlyList<JobRecord>> ListLimitedAsync(int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Ends a job, or its attempt, if it has overrun a limit by now; tells its worker again to stop while the grace after a cancel request
    /// goes on; and notes when to look next.
    /// </summary>
    /// <param name="seen">The job as it was seen. Only what never changes in its life is taken from it.</param>
    /// <param name="grace">How long an attempt may take to stop after a request to cancel it, or after it has overrun a limit.</param>
    /// <param name="retryAfter">The wait before the next attempt, if one is left.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was ended; <see langword="null"/> when nothing was.</returns>
    Task<Overrun?> EndOverrunAsync(JobRecord seen, TimeSpan grace, TimeSpan retryAfter, CancellationToken cancellationToken);
}

/// <summary>A limit that was overrun.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Worker">Whose attempt was ended, and may go on all the same; none when the job was queued.</param>
public sealed record Overrun(JobLimit Limit, WorkerId? Worker);
