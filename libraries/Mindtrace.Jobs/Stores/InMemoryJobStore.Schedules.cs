namespace Mindtrace.Jobs;

/// <content>The schedules of recurring jobs.</content>
public sealed partial class InMemoryJobStore : IScheduleStore
{
    private readonly Dictionary<ScheduleName, KnownSchedule> _schedules = [];

    /// <inheritdoc/>
    public Task SaveScheduleAsync(JobSchedule schedule, DateTimeOffset nextAt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        lock (_gate)
        {
            _schedules[schedule.Name] = new KnownSchedule(
                schedule, nextAt, _schedules.GetValueOrDefault(schedule.Name)?.LastAt, Guid.NewGuid().ToString());
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<KnownSchedule?> FindScheduleAsync(ScheduleName name, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_schedules.GetValueOrDefault(name));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KnownSchedule>> ListSchedulesAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<KnownSchedule>>([.. _schedules.Values.OrderBy(it => it.Schedule.Name.Value, StringComparer.Ordinal)]);
        }
    }

    /// <inheritdoc/>
    public Task<bool> RemoveScheduleAsync(ScheduleName name, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_schedules.Remove(name));
        }
    }

    /// <inheritdoc/>
    public Task<(IReadOnlyList<KnownSchedule> Due, DateTimeOffset Now)> ListDueSchedulesAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            return Task.FromResult<(IReadOnlyList<KnownSchedule>, DateTimeOffset)>(([.. _schedules.Values.Where(it => it.NextAt <= now)], now));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SubmitResult>?> FireAsync(
        KnownSchedule seen, DateTimeOffset lastAt, DateTimeOffset? nextAt, IReadOnlyList<Job> jobs, TimeSpan hold, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(jobs);
        lock (_gate)
        {
            var known = _schedules.GetValueOrDefault(seen.Schedule.Name);
            if (known is null || (known.Revision, known.NextAt) != (seen.Revision, seen.NextAt))
            {
                return Task.FromResult<IReadOnlyList<SubmitResult>?>(null);
            }

            _schedules[seen.Schedule.Name] = known with { NextAt = nextAt, LastAt = lastAt };
            return Task.FromResult<IReadOnlyList<SubmitResult>?>([.. jobs.Select(job => Submit(job, hold))]);
        }
    }
}
