namespace Mindtrace.Jobs;

/// <summary>How many jobs there are, and which of them change, for those who watch over all of them.</summary>
/// <remarks>Every method throws <see cref="JobBackendUnavailableException"/> when the store cannot be reached.</remarks>
public interface IJobCensus
{
    /// <summary>Counts the jobs. It costs the same however many there are.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The numbers; those of different job types may be a moment apart.</returns>
    Task<JobCensus> CountAsync(CancellationToken cancellationToken);

    /// <summary>Listens for changes of the state of any job. Their accepting is none.</summary>
    /// <param name="onChange">Called with each job and its new state; must not block. Some may be missed while the connection is down.</param>
    /// <param name="cancellationToken">Ends the wait for the start of the listening.</param>
    /// <returns>Dispose it to stop listening.</returns>
    /// <remarks>On a busy cluster, that is several events for each job: to be used for as long as somebody looks.</remarks>
    Task<IAsyncDisposable> ListenForChangesAsync(Action<JobId, JobState> onChange, CancellationToken cancellationToken);
}

/// <summary>How many jobs there are.</summary>
/// <param name="JobTypes">Those of each job type that was ever routed or seen, by name.</param>
/// <param name="DeadLetters">How many of the failed wait for somebody to act.</param>
public sealed record JobCensus(IReadOnlyList<JobTypeCensus> JobTypes, long DeadLetters);

/// <summary>How many jobs of a type there are. Final ones are counted until they are forgotten.</summary>
/// <param name="JobType">The job type.</param>
/// <param name="Waiting">How many are queued and due.</param>
/// <param name="Delayed">How many are queued and not due yet: for a later time, or for their next attempt.</param>
/// <param name="Running">How many run.</param>
/// <param name="Completed">How many completed.</param>
/// <param name="Failed">How many failed.</param>
/// <param name="Error">How many could not be run.</param>
/// <param name="Cancelled">How many were cancelled.</param>
/// <param name="OldestDueAt">Since when the job has been due that waits longest; none when none waits.</param>
public sealed record JobTypeCensus(
    JobType JobType, long Waiting, long Delayed, long Running, long Completed, long Failed, long Error, long Cancelled, DateTimeOffset? OldestDueAt);
