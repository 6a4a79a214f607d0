using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>What the manager does with recurring jobs.</summary>
public static class ScheduleOperations
{
    /// <summary>Has a job submitted again and again.</summary>
    public static readonly Operation<JobSchedule, ScheduleStatus> ScheduleJob = new("schedule_job", Role.Operator)
    {
        Example = new(ScheduleName.Parse("nightly"), "0 3 * * *", new Job { SchemaName = Examples.JobType, Payload = Examples.Payload }) { TimeZone = "Europe/Berlin" },
        Description = "Has a job submitted at the times of a cron expression in a time zone. A schedule of the same name is replaced; its next run stays due if the times are the same.",
        Audit = schedule => schedule.Name.Value,
    };

    /// <summary>Lists the schedules.</summary>
    public static readonly Operation<Unit, ListSchedulesResponse> ListSchedules = new("list_schedules", Role.Viewer)
    {
        Description = "Lists the schedules of recurring jobs, with their latest and next run.", Tool = true,
    };

    /// <summary>Ends a schedule.</summary>
    public static readonly Operation<ScheduleNameRequest, Unit> UnscheduleJob = new("unschedule_job", Role.Operator)
    {
        Example = new(ScheduleName.Parse("nightly")),
        Description = "Ends a schedule. Jobs that it has submitted go on.",
        Audit = request => request.Name.Value,
    };
}

/// <summary>Names a schedule.</summary>
/// <param name="Name">The schedule.</param>
public sealed record ScheduleNameRequest(ScheduleName Name);

/// <summary>The schedules.</summary>
/// <param name="Schedules">Each schedule, by name.</param>
public sealed record ListSchedulesResponse(IReadOnlyList<ScheduleStatus> Schedules);

/// <summary>How a schedule stands.</summary>
/// <param name="Schedule">The schedule.</param>
/// <param name="NextAt">The time of its next run; none when no time of it is to come.</param>
/// <param name="LastAt">The time of its latest run; none before the first.</param>
/// <param name="LastJobId">The id of the job of its latest run; none before the first. A run that was skipped has no job of that id.</param>
public sealed record ScheduleStatus(JobSchedule Schedule, DateTimeOffset? NextAt, DateTimeOffset? LastAt, JobId? LastJobId)
{
    /// <summary>Makes the status of a schedule.</summary>
    /// <param name="known">The schedule.</param>
    /// <returns>The status.</returns>
    public static ScheduleStatus Of(KnownSchedule known)
    {
        ArgumentNullException.ThrowIfNull(known);
        return new ScheduleStatus(known.Schedule, known.NextAt, known.LastAt, known.LastAt is { } last ? known.Schedule.JobIdAt(last) : null);
    }
}
