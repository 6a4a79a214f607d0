namespace Mindtrace.Jobs;

/// <content>The jobs that are to be published.</content>
public sealed partial class InMemoryJobStore : IDispatchStore
{
    private readonly List<Action> _entryListeners = [];

    /// <inheritdoc/>
    public Task<IReadOnlyList<DispatchTicket>> TakeDueAsync(int limit, TimeSpan hold, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var taken = _records.Values
                .Where(record => record.DispatchAt <= now)
                .OrderBy(record => record.DispatchAt).ThenBy(record => record.AcceptedAt)
                .Take(limit)
                .Select(record => JobStateMachine.TakeDue(record, hold, now).Record)
                .ToList();
            taken.ForEach(record => _records[record.Job.Id] = record);
            return Task.FromResult<IReadOnlyList<DispatchTicket>>([.. taken.Select(Ticket)]);
        }
    }

    /// <inheritdoc/>
    public Task ConfirmAsync(IReadOnlyList<DispatchTicket> tickets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tickets);
        foreach (var ticket in tickets)
        {
            Apply(ticket.Message.JobId, record => (JobStateMachine.ConfirmDispatch(record, ticket.DispatchAt), true));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<TimeSpan?> UntilNextDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var next = _records.Values.Min(record => record.DispatchAt);
            return Task.FromResult<TimeSpan?>(next is null ? null : next > now ? next - now : TimeSpan.Zero);
        }
    }

    /// <inheritdoc/>
    public Task<int> RedispatchAsync(JobType type, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        int made;
        lock (_gate)
        {
            var lost = _records.Values
                .Where(record => record.State == JobState.Queued && record.Job.SchemaName == type && record.DueAt <= now)
                .Select(record => JobStateMachine.Redispatch(record, now))
                .Where(it => it.Made).ToList();
            lost.ForEach(it => _records[it.Record.Job.Id] = it.Record);
            made = lost.Count;
        }

        if (made > 0)
        {
            NotifyEntry();
        }

        return Task.FromResult(made);
    }

    /// <inheritdoc/>
    public Task<IAsyncDisposable> ListenForEntriesAsync(Action onEntry, CancellationToken cancellationToken) =>
        Task.FromResult<IAsyncDisposable>(Listen(_entryListeners, onEntry));

    private void NotifyEntry()
    {
        Action[] listeners;
        lock (_gate)
        {
            listeners = [.. _entryListeners];
        }

        foreach (var listener in listeners)
        {
            listener();
        }
    }
}
