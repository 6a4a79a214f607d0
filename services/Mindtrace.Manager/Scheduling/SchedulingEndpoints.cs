using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Manager.Scheduling;

/// <summary>Recurring jobs.</summary>
internal static class SchedulingEndpoints
{
    public static void AddScheduling(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ScheduleOptions>().BindConfiguration(ScheduleOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ScheduleDesk>();
        builder.Services.AddSingleton<ScheduleRunner>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ScheduleRunner>());
        builder.Services.AddProblem<ScheduleNotFoundException>(
            StatusCodes.Status404NotFound, "schedule-not-found", "There is no such schedule.", e => e.Message);
    }

    public static void MapScheduling(this OperationGroup operations)
    {
        operations.Map(ScheduleOperations.ScheduleJob, (JobSchedule schedule, ScheduleDesk desk, CancellationToken cancellationToken) =>
            desk.SetAsync(schedule, cancellationToken));
        operations.Map(ScheduleOperations.ListSchedules, (ScheduleDesk desk, CancellationToken cancellationToken) =>
            desk.ListAsync(cancellationToken));
        operations.Map(ScheduleOperations.UnscheduleJob, (ScheduleNameRequest request, ScheduleDesk desk, CancellationToken cancellationToken) =>
            desk.RemoveAsync(request.Name, cancellationToken));
    }
}
