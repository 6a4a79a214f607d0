namespace Mindtrace.Jobs;

/// <summary>The schedules of recurring jobs, for those who set them and those who keep them.</summary>
/// <remarks>Every method throws <see cref="JobBackendUnavailableException"/> when the store cannot be reached.</remarks>
public interface IScheduleStore
{
    /// <summary>Keeps a schedule; an earlier one of its name is replaced.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="nextAt">The time of its next run.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is stored.</returns>
    Task SaveScheduleAsync(JobSchedule schedule, DateTimeOffset nextAt, CancellationToken cancellationToken);

    /// <summary>Looks up a schedule.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The schedule; <see langword="null"/> when there is none.</returns>
    Task<KnownSchedule?> FindScheduleAsync(ScheduleName name, CancellationToken cancellationToken);

    /// <summary>Lists the schedules.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The schedules, by name.</returns>
    Task<IReadOnlyList<KnownSchedule>> ListSchedulesAsync(CancellationToken cancellationToken);

    /// <summary>Forgets a schedule. Jobs that it has made stay.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there was one.</returns>
    Task<bool> RemoveScheduleAsync(ScheduleName name, CancellationToken cancellationToken);

    /// <summary>Lists the schedules whose next run is due.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The schedules as they were seen, and the store's time.</returns>
    Task<(IReadOnlyList<KnownSchedule> Due, DateTimeOffset Now)> ListDueSchedulesAsync(CancellationToken cancellationToken);

    /// <summary>Accepts the jobs of the runs that are due, and goes on to the next one, in one step, unless another did since the schedule was seen.</summary>
    /// <param name="seen">The schedule as it was seen.</param>
    /// <param name="lastAt">The time of the latest run that is due.</param>
    /// <param name="nextAt">The time of the next run; none when there is none.</param>
    /// <param name="jobs">The jobs.</param>
    /// <param name="hold">How long the caller has to publish the tickets and confirm them before a relay does.</param>
    /// <param name="cancellationToken">Ends the wait; the jobs may have been accepted all the same.</param>
    /// <returns>A result for each job, in the order given; <see langword="null"/> when another was first, or the schedule is not what was seen.</returns>
    Task<IReadOnlyList<SubmitResult>?> FireAsync(
        KnownSchedule seen, DateTimeOffset lastAt, DateTimeOffset? nextAt, IReadOnlyList<Job> jobs, TimeSpan hold, CancellationToken cancellationToken);
}

/// <summary>A schedule as the store knows it.</summary>
/// <param name="Schedule">The schedule.</param>
/// <param name="NextAt">The time of the next run; none when there is none any more.</param>
/// <param name="LastAt">The time of the latest run; none before the first.</param>
/// <param name="Revision">What the store tells one version of the schedule from another by. It means nothing to anyone else.</param>
public sealed record KnownSchedule(JobSchedule Schedule, DateTimeOffset? NextAt, DateTimeOffset? LastAt, string Revision);
