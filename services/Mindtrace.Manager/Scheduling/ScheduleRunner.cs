using Microsoft.Extensions.Options;
using Mindtrace.Jobs;
using Mindtrace.Manager.Jobs;
using Mindtrace.Manager.Storage;
using Mindtrace.Services;

namespace Mindtrace.Manager.Scheduling;

/// <summary>Submits recurring jobs when their time has come. Any number of runners may run: each run is made once.</summary>
/// <remarks>
/// The store accepts the jobs of a run and goes on to the next time in one step, and only if the schedule stands as it was seen. The id of
/// a job tells schedule and time, so that a run made again all the same is the same job.
/// </remarks>
internal sealed partial class ScheduleRunner(
    IScheduleStore store, JobSubmitter submitter, IOptions<ScheduleOptions> options, TimeProvider time, ILogger<ScheduleRunner> logger)
    : RecurringLookAtStore("recurring jobs", options.Value.LookInterval, time, logger)
{
    private readonly HashSet<string> _refused = [];

    /// <inheritdoc/>
    internal override async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var submitted = 0;
        var (due, now) = await store.ListDueSchedulesAsync(cancellationToken);
        foreach (var schedule in due)
        {
            try
            {
                submitted += await RunAsync(schedule, now, cancellationToken);
            }
            catch (InvalidRequestException fault)
            {
                // This machine does not know its time zone: another may, and the other schedules are no worse for it.
                if (_refused.Add(schedule.Revision))
                {
                    LogRefused(schedule.Schedule.Name, Reasons(fault));
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException and not JobBackendUnavailableException)
            {
                LogRunFault(schedule.Schedule.Name, fault);
            }
        }

        return submitted;
    }

    private async Task<int> RunAsync(KnownSchedule seen, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var times = ScheduleTimes.Of(seen.Schedule);
        var due = times.Due(seen.NextAt!.Value, now, seen.Schedule.CatchUp);
        var jobs = await JobsAsync(seen.Schedule, due, cancellationToken);
        var accepted = await submitter.FireAsync(seen, due[^1], times.After(now), jobs, cancellationToken);
        if (accepted is null)
        {
            return 0;
        }

        LogRun(seen.Schedule.Name, accepted.Count, due[^1]);
        return accepted.Count(result => result.IsNew);
    }

    /// <summary>Makes the jobs of runs. A payload that breaks the schema that its type got since makes none, and is no reason to try for ever.</summary>
    private async Task<IReadOnlyList<Job>> JobsAsync(JobSchedule schedule, IReadOnlyList<DateTimeOffset> due, CancellationToken cancellationToken)
    {
        try
        {
            return await submitter.AgreeAsync([.. due.Select(schedule.JobAt)], cancellationToken);
        }
        catch (InvalidRequestException fault)
        {
            LogSkipped(schedule.Name, due[^1], Reasons(fault));
            return [];
        }
    }

    private static string Reasons(InvalidRequestException fault) =>
        string.Join("; ", fault.Errors.Select(error => $"{error.Key} {string.Join(", ", error.Value)}"));

    [LoggerMessage(LogLevel.Information, "Schedule {Schedule} submitted {Jobs} jobs, the latest for {At}")]
    private partial void LogRun(ScheduleName schedule, int jobs, DateTimeOffset at);

    [LoggerMessage(LogLevel.Error, "Schedule {Schedule} cannot be run by this manager: {Reason}")]
    private partial void LogRefused(ScheduleName schedule, string reason);

    [LoggerMessage(LogLevel.Error, "Schedule {Schedule} skipped its runs until {At}, its job is not valid any more: {Reason}")]
    private partial void LogSkipped(ScheduleName schedule, DateTimeOffset at, string reason);

    [LoggerMessage(LogLevel.Error, "A run of schedule {Schedule} failed; it is tried again with the next look")]
    private partial void LogRunFault(ScheduleName schedule, Exception fault);
}
