namespace Mindtrace.Jobs;

/// <summary>The attempts at jobs, for those who run them and for the reaper. Every change is one atomic step, on the store's clock.</summary>
/// <remarks>
/// The rules are those of <see cref="JobStateMachine"/>. Every method throws <see cref="JobBackendUnavailableException"/> when the
/// store cannot be reached; repeating the call with the same token is then safe.
/// </remarks>
public interface IAttemptStore
{
    /// <summary>Starts an attempt at a job.</summary>
    /// <param name="attempt">The job and the token of the attempt.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="lease">How long the attempt lives without a renewal.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was found.</returns>
    Task<ClaimResult> ClaimAsync(AttemptKey attempt, WorkerId worker, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Makes the record of a job that only a message tells of, and starts an attempt at it.</summary>
    /// <param name="job">The job in the message.</param>
    /// <param name="acceptedAt">When the store accepted the job, as the message says; none in messages of foreign publishers.</param>
    /// <param name="token">The token of the attempt.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="lease">How long the attempt lives without a renewal.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was found; <see cref="ClaimAnswer.Done"/> for a job from before the store was last cleared.</returns>
    Task<ClaimResult> AdoptAsync(
        Job job, DateTimeOffset? acceptedAt, AttemptToken token, WorkerId worker, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Ends an attempt with its outcome.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the outcome of this attempt is recorded; false when the attempt was ended by others.</returns>
    Task<bool> FinishAsync(AttemptKey attempt, JobOutcome outcome, CancellationToken cancellationToken);

    /// <summary>Gives a job back unfinished, at no cost to the job.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the job was given back; false when the attempt was ended by others.</returns>
    Task<bool> ReleaseAsync(AttemptKey attempt, CancellationToken cancellationToken);

    /// <summary>Prolongs the leases of attempts.</summary>
    /// <param name="renewals">The attempts, and what to note of each.</param>
    /// <param name="lease">How long each lives from now on.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>An answer for each attempt, in the order given.</returns>
    Task<IReadOnlyList<LeaseAnswer>> RenewAsync(IReadOnlyList<LeaseRenewal> renewals, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Listens for what stops the attempts of one worker. What happened while nobody listened is seen at the next renewal.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="onStop">Called with each attempt that is to stop, and what its renewal would answer; must not block.</param>
    /// <param name="cancellationToken">Ends the wait for the start of the listening.</param>
    /// <returns>Dispose it to stop listening.</returns>
    Task<IAsyncDisposable> ListenForStopsAsync(WorkerId worker, Action<AttemptToken, LeaseAnswer> onStop, CancellationToken cancellationToken);

    /// <summary>Lists running attempts whose lease has lapsed, the longest lapsed first.</summary>
    /// <param name="limit">How many to list at most, 1 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The attempts as they were seen.</returns>
    Task<IReadOnlyList<RunningAttempt>> ListLapsedAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Lists the running attempts, of one worker or of all.</summary>
    /// <param name="worker">The worker; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The attempts as they were seen.</returns>
    Task<IReadOnlyList<RunningAttempt>> ListRunningAsync(WorkerId? worker, CancellationToken cancellationToken);

    /// <summary>Ends an attempt whose worker is lost, unless it was renewed or ended since it was seen.</summary>
    /// <param name="attempt">The attempt as it was seen.</param>
    /// <param name="reason">What is known of the loss, for people.</param>
    /// <param name="maxDeaths">How many lost workers a job may cost before it is taken for the cause, unless it says so itself.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the attempt was ended.</returns>
    Task<bool> ReapAsync(RunningAttempt attempt, string reason, int maxDeaths, CancellationToken cancellationToken);
}

/// <summary>Names one attempt at one job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="JobType">Its type.</param>
/// <param name="Token">The token of the attempt.</param>
public readonly record struct AttemptKey(JobId JobId, JobType JobType, AttemptToken Token);

/// <summary>Asks for a longer lease of an attempt.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Silence">How long ago it last reported progress.</param>
public readonly record struct LeaseRenewal(AttemptKey Attempt, TimeSpan Silence = default);

/// <summary>What a claim found.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Attempt">The number of the attempt, from 1; 0 when there is none.</param>
/// <param name="Failures">How many attempts failed before.</param>
public readonly record struct ClaimResult(ClaimAnswer Answer, int Attempt, int Failures)
{
    /// <summary>Gets how long the job as a whole may still take; none when it has no <see cref="Job.JobTimeout"/>.</summary>
    public TimeSpan? TimeLeft { get; init; }
}

/// <summary>A running attempt as it was seen.</summary>
/// <param name="Key">The attempt.</param>
/// <param name="Worker">Who makes it.</param>
/// <param name="LeaseExpiresAt">Until when it is safe without a renewal, by the store's clock.</param>
public sealed record RunningAttempt(AttemptKey Key, WorkerId Worker, DateTimeOffset LeaseExpiresAt);
