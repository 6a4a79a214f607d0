using Mindtrace.Jobs;

namespace Mindtrace.Dashboard.Live;

/// <summary>How the cluster is doing, and how it has been doing lately.</summary>
/// <param name="At">When this was seen.</param>
/// <param name="Census">How many jobs there are.</param>
/// <param name="Lately">What happened in the time before, the oldest first; the last is not over yet.</param>
/// <param name="Changes">How many changes of jobs were heard of since the pulse began to be taken. It tells whether to look again.</param>
internal sealed record ClusterVitals(DateTimeOffset At, JobCensus Census, IReadOnlyList<Beat> Lately, long Changes)
{
    /// <summary>Gets how many jobs wait for a worker.</summary>
    public long Waiting => Census.JobTypes.Sum(type => type.Waiting);

    /// <summary>Gets how long the job has waited that waits longest.</summary>
    public TimeSpan? OldestWait => Census.JobTypes.Min(type => type.OldestDueAt) is { } since ? Max(At - since, TimeSpan.Zero) : null;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}

/// <summary>What happened in one short time.</summary>
/// <param name="Start">When it began.</param>
internal sealed record Beat(DateTimeOffset Start)
{
    /// <summary>How long it lasts.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    public int Completed { get; init; }

    public int Failed { get; init; }

    public int Error { get; init; }

    public int Cancelled { get; init; }

    /// <summary>Gets how many jobs waited at its end; none when nobody looked.</summary>
    public long? Waiting { get; init; }

    /// <summary>Gets how long the oldest of them had waited.</summary>
    public TimeSpan? OldestWait { get; init; }

    /// <summary>Gets how long jobs that ended then had waited before they ran: the median of those that were looked at.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>Gets how long they ran.</summary>
    public TimeSpan? Run { get; init; }

    /// <summary>Gets how many jobs came to their end.</summary>
    public int Ended => Completed + Failed + Error + Cancelled;

    public Beat Count(JobState state) => state switch
    {
        JobState.Completed => this with { Completed = Completed + 1 },
        JobState.Failed => this with { Failed = Failed + 1 },
        JobState.Error => this with { Error = Error + 1 },
        JobState.Cancelled => this with { Cancelled = Cancelled + 1 },
        _ => this,
    };
}
