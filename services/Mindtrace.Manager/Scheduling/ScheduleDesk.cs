using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Manager.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Manager.Scheduling;

/// <summary>Sets, lists and removes schedules.</summary>
internal sealed class ScheduleDesk(IScheduleStore store, JobTypeCatalog types, TimeProvider time)
{
    /// <exception cref="InvalidRequestException">The times are none, never come, or the payload breaks the schema of the job type.</exception>
    public async Task<ScheduleStatus> SetAsync(JobSchedule schedule, CancellationToken cancellationToken)
    {
        var times = ScheduleTimes.Of(schedule);
        (await types.FindAsync(schedule.Job.SchemaName, cancellationToken))?.Apply(schedule.Job, "job.");
        var next = await PendingAsync(schedule, cancellationToken)
            ?? times.After(time.GetUtcNow())
            ?? throw new InvalidRequestException("cron", "has no time to come");
        await store.SaveScheduleAsync(schedule, next, cancellationToken);
        return ScheduleStatus.Of(await store.FindScheduleAsync(schedule.Name, cancellationToken) ?? throw new ScheduleNotFoundException(schedule.Name));
    }

    public async Task<ListSchedulesResponse> ListAsync(CancellationToken cancellationToken) =>
        new([.. (await store.ListSchedulesAsync(cancellationToken)).Select(ScheduleStatus.Of)]);

    /// <exception cref="ScheduleNotFoundException">There is no such schedule.</exception>
    public async Task RemoveAsync(ScheduleName name, CancellationToken cancellationToken)
    {
        if (!await store.RemoveScheduleAsync(name, cancellationToken))
        {
            throw new ScheduleNotFoundException(name);
        }
    }

    /// <summary>Finds the next run of a schedule that is set again with the same times, as programs do at their start: it may be due just now.</summary>
    private async Task<DateTimeOffset?> PendingAsync(JobSchedule schedule, CancellationToken cancellationToken) =>
        await store.FindScheduleAsync(schedule.Name, cancellationToken) is { } known
            && (known.Schedule.Cron, known.Schedule.TimeZone) == (schedule.Cron, schedule.TimeZone)
            ? known.NextAt
            : null;
}
