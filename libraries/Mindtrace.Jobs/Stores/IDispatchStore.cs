namespace Mindtrace.Jobs;

/// <summary>The jobs that are to be published now or later, for the relays. Taking an entry hides it for a while; it goes only when confirmed.</summary>
/// <remarks>Every method throws <see cref="JobBackendUnavailableException"/> when the store cannot be reached.</remarks>
public interface IDispatchStore
{
    /// <summary>Takes entries that are due, the longest due first.</summary>
    /// <param name="limit">How many to take at most, 1 or more.</param>
    /// <param name="hold">How long the caller has to publish and confirm them before they are due again.</param>
    /// <param name="cancellationToken">Ends the wait; entries taken unseen are due again after <paramref name="hold"/>.</param>
    /// <returns>What is to be published.</returns>
    Task<IReadOnlyList<DispatchTicket>> TakeDueAsync(int limit, TimeSpan hold, CancellationToken cancellationToken);

    /// <summary>Removes the entries of jobs that were published, except those made anew since they were taken.</summary>
    /// <param name="tickets">What was published.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the entries are removed.</returns>
    Task ConfirmAsync(IReadOnlyList<DispatchTicket> tickets, CancellationToken cancellationToken);

    /// <summary>Tells how long it is until the next entry is due.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Zero when one is due now; <see langword="null"/> when there is no entry.</returns>
    Task<TimeSpan?> UntilNextDueAsync(CancellationToken cancellationToken);

    /// <summary>Makes entries, due now, for queued jobs of a type that are due and have none: their message was published, and may be lost.</summary>
    /// <param name="type">The job type.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many entries were made. Of jobs that others change meanwhile, some may be passed over.</returns>
    Task<int> RedispatchAsync(JobType type, CancellationToken cancellationToken);

    /// <summary>Listens for entries that were made for others to publish: retries, releases, requeues, lost attempts.</summary>
    /// <param name="onEntry">Called after each; must not block. Some may be missed while the connection is down.</param>
    /// <param name="cancellationToken">Ends the wait for the start of the listening.</param>
    /// <returns>Dispose it to stop listening.</returns>
    Task<IAsyncDisposable> ListenForEntriesAsync(Action onEntry, CancellationToken cancellationToken);
}

/// <summary>The right and duty to publish one job once.</summary>
/// <param name="Message">The message.</param>
/// <param name="Route">Where the job goes.</param>
/// <param name="DispatchAt">What the entry's time was set to when it was taken; it tells whether the entry is still the taker's.</param>
public sealed record DispatchTicket(JobMessage Message, JobRoute Route, DateTimeOffset DispatchAt);
