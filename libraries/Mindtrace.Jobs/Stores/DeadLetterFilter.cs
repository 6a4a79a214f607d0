namespace Mindtrace.Jobs;

/// <summary>Which dead letters are listed, and how many at once.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>The most dead letters on a page.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Gets the job types. The default, none, means all.</summary>
    public IReadOnlyCollection<JobType> Types { get; init; } = [];

    /// <summary>Gets the states, of <see cref="JobState.Failed"/> and <see cref="JobState.Error"/>. The default, none, means both.</summary>
    public IReadOnlyCollection<JobState> States { get; init; } = [];

    /// <summary>Gets a part of the reason, whatever the case of its letters, such as <c>heartbeat_timeout</c>. The default is any reason.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the earliest time of failure of a listed job, itself included. The default is no bound.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the latest time of failure of a listed job, itself included. The default is no bound.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Gets how many dead letters a page holds at most.</summary>
    /// <value>1 to <see cref="MaxLimit"/>. The default is 100.</value>
    public int Limit { get; init; } = 100;

    /// <summary>Gets where the page begins: <see cref="JobPage.Next"/> of the page before. The default is the beginning.</summary>
    public JobCursor? After { get; init; }

    /// <summary>Tells whether a job is listed, on whatever page.</summary>
    /// <param name="record">The job.</param>
    /// <returns>Whether it is a dead letter, and type, state, reason and time are those asked for.</returns>
    public bool Matches(JobRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.IsDeadLetter
            && (Types.Count == 0 || Types.Contains(record.Job.SchemaName))
            && (States.Count == 0 || States.Contains(record.State))
            && (Reason is null || record.Error?.Contains(Reason, StringComparison.OrdinalIgnoreCase) == true)
            && !(record.FinishedAt < From) && !(record.FinishedAt > To);
    }
}
