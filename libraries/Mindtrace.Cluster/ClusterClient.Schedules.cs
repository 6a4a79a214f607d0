using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <content>Recurring jobs.</content>
public sealed partial class ClusterClient
{
    /// <summary>Has a job submitted at the times of a cron expression; a schedule of the same name is replaced.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How it stands, with its next run.</returns>
    public Task<ScheduleStatus> ScheduleJobAsync(JobSchedule schedule, CancellationToken cancellationToken = default) =>
        service.CallAsync(ScheduleOperations.ScheduleJob, schedule, cancellationToken);

    /// <summary>Lists the schedules.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The schedules, by name.</returns>
    public async Task<IReadOnlyList<ScheduleStatus>> ListSchedulesAsync(CancellationToken cancellationToken = default) =>
        (await service.CallAsync(ScheduleOperations.ListSchedules, cancellationToken).ConfigureAwait(false)).Schedules;

    /// <summary>Ends a schedule. Jobs that it has submitted go on.</summary>
    /// <param name="name">The schedule.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when no more is submitted.</returns>
    public Task UnscheduleJobAsync(ScheduleName name, CancellationToken cancellationToken = default) =>
        service.CallAsync(ScheduleOperations.UnscheduleJob, new ScheduleNameRequest(name), cancellationToken);
}
