namespace Mindtrace.Jobs;

/// <summary>Which jobs are listed, and how many at once.</summary>
public sealed record JobFilter
{
    /// <summary>The most jobs on a page.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Gets the job types. The default, none, means all.</summary>
    public IReadOnlyCollection<JobType> Types { get; init; } = [];

    /// <summary>Gets the states. The default, none, means all.</summary>
    public IReadOnlyCollection<JobState> States { get; init; } = [];

    /// <summary>Gets the earliest time of a listed job, itself included; see <see cref="JobPage"/>. The default is no bound.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the latest time of a listed job, itself included. The default is no bound.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Gets how many jobs a page holds at most.</summary>
    /// <value>1 to <see cref="MaxLimit"/>. The default is 100.</value>
    public int Limit { get; init; } = 100;

    /// <summary>Gets where the page begins: <see cref="JobPage.Next"/> of the page before. The default is the beginning.</summary>
    public JobCursor? After { get; init; }

    /// <summary>Tells whether a job is listed, on whatever page.</summary>
    /// <param name="record">The job.</param>
    /// <returns>Whether type, state and time are those asked for.</returns>
    public bool Matches(JobRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var at = JobPage.EntryOf(record).At;
        return (Types.Count == 0 || Types.Contains(record.Job.SchemaName))
            && (States.Count == 0 || States.Contains(record.State))
            && !(at < From) && !(at > To);
    }
}
