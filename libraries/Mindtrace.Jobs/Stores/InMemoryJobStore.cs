using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;

namespace Mindtrace.Jobs;

/// <summary>A job store in this process's memory, for unit tests of code that uses one. It is the state machine and a lock.</summary>
/// <param name="time">The store's clock.</param>
public sealed partial class InMemoryJobStore(TimeProvider time) : IJobStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<JobId, JobRecord> _records = [];
    private readonly Dictionary<JobType, JobRoute> _routes = [];
    private readonly List<(JobId Id, ChannelWriter<JobRecord> Watcher)> _watchers = [];
    private DateTimeOffset? _clearedAt;

    /// <inheritdoc/>
    public Task<IReadOnlyList<SubmitResult>> SubmitAsync(IReadOnlyList<Job> jobs, TimeSpan hold, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        return Task.FromResult<IReadOnlyList<SubmitResult>>([.. jobs.Select(job => Submit(job, hold))]);
    }

    /// <inheritdoc/>
    public Task<JobRecord?> FindAsync(JobId id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_records.GetValueOrDefault(id));
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JobRecord> WatchAsync(JobId id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var changes = Channel.CreateUnbounded<JobRecord>();
        var watcher = (id, changes.Writer);
        lock (_gate)
        {
            if (!_records.TryGetValue(id, out var record))
            {
                yield break;
            }

            changes.Writer.TryWrite(record);
            _watchers.Add(watcher);
        }

        try
        {
            await foreach (var record in changes.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return record;
                if (record.State.IsFinal())
                {
                    yield break;
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(watcher);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<JobRecord?> WaitForEndAsync(JobId id, CancellationToken cancellationToken) =>
        await WatchAsync(id, cancellationToken).LastOrDefaultAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<CancelAnswer> CancelAsync(JobId id, CancellationToken cancellationToken)
    {
        JobRecord? before = null;
        var answer = Apply(id, record => JobStateMachine.Cancel(before = record, time.GetUtcNow()));
        if (answer == CancelAnswer.Requested)
        {
            NotifyStop(before!, LeaseAnswer.CancelRequested);
        }

        return Task.FromResult(answer);
    }

    /// <inheritdoc/>
    public Task<int> CancelQueuedAsync(JobType type, string reason, CancellationToken cancellationToken)
    {
        List<JobId> queued;
        lock (_gate)
        {
            queued = [.. _records.Values.Where(record => record.State == JobState.Queued && record.Job.SchemaName == type).Select(record => record.Job.Id)];
        }

        return Task.FromResult(queued.Count(id => Apply(id, record => JobStateMachine.CancelQueued(record, reason, time.GetUtcNow()))));
    }

    /// <inheritdoc/>
    public Task<JobPage> ListAsync(JobFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        lock (_gate)
        {
            var entries = _records.Values.Where(filter.Matches).Select(JobPage.EntryOf);
            var (page, next) = JobPage.Cut(entries, filter);
            return Task.FromResult(new JobPage([.. page.Select(id => _records[id])], next));
        }
    }

    /// <inheritdoc/>
    public Task<JobPage> ListDeadLettersAsync(DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        lock (_gate)
        {
            var rest = _records.Values
                .Where(record => filter.Matches(record) && filter.After?.IsBefore(record.FinishedAt!.Value, record.Job.Id) != false)
                .OrderByDescending(record => record.FinishedAt).ThenByDescending(record => record.Job.Id.Value, StringComparer.Ordinal)
                .Take(filter.Limit + 1).ToList();
            var page = rest.Take(filter.Limit).ToList();
            return Task.FromResult(new JobPage(
                page, rest.Count > page.Count ? JobCursor.Next(filter.After, page[^1].FinishedAt!.Value, page[^1].Job.Id) : null));
        }
    }

    /// <inheritdoc/>
    public Task<RequeueResult> RequeueAsync(JobId id, JsonElement? payload, CancellationToken cancellationToken) => Task.FromResult(Apply(id, record =>
    {
        var (route, holder) = record is null ? (null, null) : (_routes.GetValueOrDefault(record.Job.SchemaName), HolderOf(record.Job));
        var (next, answer) = JobStateMachine.Requeue(record, payload, route, keyHeld: holder is not null, time.GetUtcNow());
        return (next, new RequeueResult(answer, answer == RequeueAnswer.KeyHeld ? holder!.Job.Id : null));
    }));

    /// <inheritdoc/>
    public Task<bool> DiscardAsync(JobId id, CancellationToken cancellationToken) => Task.FromResult(Apply(id, JobStateMachine.Discard));

    /// <inheritdoc/>
    public Task SetRouteAsync(JobType type, JobRoute route, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _routes[type] = route;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<JobType, JobRoute>> ListRoutesAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyDictionary<JobType, JobRoute>>(new Dictionary<JobType, JobRoute>(_routes));
        }
    }

    /// <inheritdoc/>
    public Task<int> ExpireAsync(TimeSpan retention, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var until = time.GetUtcNow() - retention;
            _clearedAt = _clearedAt > until ? _clearedAt : until;
            var expired = _records.Values.Where(record => JobStateMachine.IsExpired(record, until)).Select(record => record.Job.Id).ToList();
            foreach (var id in expired)
            {
                _records.Remove(id);
                ForgetLog(id);
            }

            return Task.FromResult(expired.Count);
        }
    }

    /// <inheritdoc/>
    public Task<int> ClearAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var forgotten = _records.Count;
            _clearedAt = time.GetUtcNow();
            _records.Keys.ToList().ForEach(ForgetLog);
            _records.Clear();
            _routes.Clear();
            _schedules.Clear();
            return Task.FromResult(forgotten);
        }
    }

    /// <summary>Gets all records, in the order in which their jobs were accepted.</summary>
    /// <returns>The records as they are at this moment.</returns>
    public IReadOnlyList<JobRecord> Snapshot()
    {
        lock (_gate)
        {
            return [.. _records.Values.OrderBy(record => record.AcceptedAt)];
        }
    }

    private SubmitResult Submit(Job job, TimeSpan hold)
    {
        lock (_gate)
        {
            var known = _records.GetValueOrDefault(job.Id) ?? HolderOf(job);
            var (record, isNew) = JobStateMachine.Submit(known, job, _routes.GetValueOrDefault(job.SchemaName), hold, time.GetUtcNow());
            if (isNew)
            {
                Apply(job.Id, _ => (record, isNew));
            }

            return new SubmitResult(record, isNew, isNew && record.DispatchAt > record.DueAt ? Ticket(record) : null);
        }
    }

    /// <summary>Puts one record through one transition, in one step.</summary>
    private TAnswer Apply<TAnswer>(JobId id, Func<JobRecord?, (JobRecord? Next, TAnswer Answer)> transition)
    {
        bool entryMade;
        JobState? changedTo;
        TAnswer answer;
        lock (_gate)
        {
            var record = _records.GetValueOrDefault(id);
            (var next, answer) = transition(record);
            if (next is null || next == record)
            {
                return answer;
            }

            _records[id] = next;
            entryMade = record is not null && next.State == JobState.Queued && record.State != JobState.Queued;
            changedTo = record is not null && next.State != record.State ? next.State : null;
            foreach (var (_, watcher) in _watchers.Where(watcher => watcher.Id == id))
            {
                watcher.TryWrite(next);
            }
        }

        if (entryMade)
        {
            NotifyEntry();
        }

        if (changedTo is { } state)
        {
            NotifyChange(id, state);
        }

        return answer;
    }

    /// <summary>Finds the other job that holds a job's unique key.</summary>
    private JobRecord? HolderOf(Job job) => job.UniqueKey is null
        ? null
        : _records.Values.FirstOrDefault(record =>
            record.UniqueKey == job.UniqueKey && record.Job.SchemaName == job.SchemaName && record.Job.Id != job.Id);

    private static DispatchTicket Ticket(JobRecord record) =>
        new(JobMessage.Of(record.Job, record.AcceptedAt), record.Route!, record.DispatchAt!.Value);
}
