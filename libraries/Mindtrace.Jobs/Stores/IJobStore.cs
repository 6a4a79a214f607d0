using System.Text.Json;

namespace Mindtrace.Jobs;

/// <summary>The records of jobs and the routes of their types, for those who submit, look up and decide. Every change is one atomic step.</summary>
/// <remarks>
/// The rules are those of <see cref="JobStateMachine"/>. Every method throws <see cref="JobBackendUnavailableException"/> when the
/// store cannot be reached.
/// </remarks>
public interface IJobStore
{
    /// <summary>Accepts jobs, each by the route of its type. A known id, or a unique key that is held, changes nothing and answers that record.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="hold">How long the caller has to publish the tickets and confirm them before a relay does.</param>
    /// <param name="cancellationToken">Ends the wait; the jobs may have been accepted all the same.</param>
    /// <returns>A result for each job, in the order given. A new job without route is <see cref="JobState.Error"/>.</returns>
    Task<IReadOnlyList<SubmitResult>> SubmitAsync(IReadOnlyList<Job> jobs, TimeSpan hold, CancellationToken cancellationToken);

    /// <summary>Looks up a job.</summary>
    /// <param name="id">The job.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The record; <see langword="null"/> when there is none.</returns>
    Task<JobRecord?> FindAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>Follows a job: its record as it is, then again after each change, until it is final.</summary>
    /// <param name="id">The job.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <returns>The records; none when the job is unknown. Changes in quick succession may be seen as one.</returns>
    IAsyncEnumerable<JobRecord> WatchAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>Waits until a job is final.</summary>
    /// <param name="id">The job.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The final record; the last that was seen when the job is forgotten before; <see langword="null"/> when it is unknown.</returns>
    Task<JobRecord?> WaitForEndAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>Cancels a job: at once while it is queued, by a request to its worker while it runs.</summary>
    /// <param name="id">The job.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was done.</returns>
    Task<CancelAnswer> CancelAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>Cancels all jobs of a type that are queued now. Those that run go on.</summary>
    /// <param name="type">The job type.</param>
    /// <param name="reason">Why, for people; it stands in each job's record.</param>
    /// <param name="cancellationToken">Ends the wait; some may be cancelled.</param>
    /// <returns>How many were cancelled.</returns>
    Task<int> CancelQueuedAsync(JobType type, string reason, CancellationToken cancellationToken);

    /// <summary>Lists jobs page by page, the latest first: queued ones by the time they are due, all others by the time they were accepted.</summary>
    /// <param name="filter">Which jobs, and how many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A page. A job that changes its state meanwhile may be missing, or be listed twice on different pages.</returns>
    Task<JobPage> ListAsync(JobFilter filter, CancellationToken cancellationToken);

    /// <summary>Lists the dead-letter queue page by page, those that failed latest first.</summary>
    /// <param name="filter">Which, and how many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A page. One with few jobs, or none, need not be the last: a call looks at so many dead letters at most.</returns>
    Task<JobPage> ListDeadLettersAsync(DeadLetterFilter filter, CancellationToken cancellationToken);

    /// <summary>Takes a dead letter back into the queue.</summary>
    /// <param name="id">The job.</param>
    /// <param name="payload">A payload in place of the job's; none to leave it as it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was done.</returns>
    Task<RequeueResult> RequeueAsync(JobId id, JsonElement? payload, CancellationToken cancellationToken);

    /// <summary>Takes a job out of the dead-letter queue; its record stays.</summary>
    /// <param name="id">The job.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether the job was a dead letter.</returns>
    Task<bool> DiscardAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>Routes the jobs of a type from now on; the earlier route of the type is replaced.</summary>
    /// <param name="type">The job type.</param>
    /// <param name="route">The route.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the route is stored.</returns>
    Task SetRouteAsync(JobType type, JobRoute route, CancellationToken cancellationToken);

    /// <summary>Lists the routes of all job types.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The route of each job type that has one.</returns>
    Task<IReadOnlyDictionary<JobType, JobRoute>> ListRoutesAsync(CancellationToken cancellationToken);

    /// <summary>Forgets the jobs that became final long ago. Dead letters stay until somebody acts.</summary>
    /// <param name="retention">How long ago at least. Messages of jobs accepted before that tell of jobs that are gone, and are dropped.</param>
    /// <param name="cancellationToken">Ends the wait; some may be forgotten.</param>
    /// <returns>How many jobs were forgotten.</returns>
    Task<int> ExpireAsync(TimeSpan retention, CancellationToken cancellationToken);

    /// <summary>Forgets all routes and schedules, and all jobs accepted until now: messages that still tell of them are dropped.</summary>
    /// <param name="cancellationToken">Ends the wait; some may be forgotten.</param>
    /// <returns>How many jobs were forgotten.</returns>
    Task<int> ClearAsync(CancellationToken cancellationToken);
}

/// <summary>What a requeue did.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Holder">The job that holds the unique key, if that was in the way.</param>
public readonly record struct RequeueResult(RequeueAnswer Answer, JobId? Holder = null);

/// <summary>What became of a submitted job.</summary>
/// <param name="Record">Its record, or that of the job that holds its unique key.</param>
/// <param name="IsNew">Whether this submit made the record.</param>
/// <param name="Ticket">What the caller is to publish; none when the job is not new, not due, or has no route.</param>
public sealed record SubmitResult(JobRecord Record, bool IsNew, DispatchTicket? Ticket);
