using System.Globalization;

namespace Mindtrace.Jobs;

/// <summary>The limits that a job's time may overrun. The reason in its record begins with the name of the limit as it is on the wire.</summary>
public enum JobLimit
{
    /// <summary>The job was queued and due for longer than <see cref="Job.WaitTimeout"/>.</summary>
    WaitTimeout,

    /// <summary>The attempt ran for longer than <see cref="Job.Timeout"/>.</summary>
    Timeout,

    /// <summary>The job as a whole took longer than <see cref="Job.JobTimeout"/>.</summary>
    JobTimeout,

    /// <summary>The attempt reported no progress for longer than <see cref="Job.HeartbeatTimeout"/>.</summary>
    HeartbeatTimeout,

    /// <summary>The attempt went on for longer than the grace after the request to cancel it.</summary>
    CancelGrace,
}

/// <summary>When a job overruns its limits.</summary>
/// <remarks>
/// What stops a running attempt in time is its worker. The store's own look at it comes a grace later, and is for code that does not
/// stop, and for workers that know nothing of limits.
/// </remarks>
public static class JobLimits
{
    /// <summary>Tells which limit a job overruns first.</summary>
    /// <param name="record">The job.</param>
    /// <param name="grace">How long an attempt may take to stop.</param>
    /// <returns>The limit, and when it is overrun; none when the job has no limit.</returns>
    public static (JobLimit Limit, DateTimeOffset At)? First(JobRecord record, TimeSpan grace)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record switch
        {
            { State: JobState.Queued } => Earliest(
                (JobLimit.WaitTimeout, record.DueAt + record.Job.WaitTimeout), (JobLimit.JobTimeout, record.ExpiresAt)),
            { State: JobState.Running, CancelRequestedAt: { } requested } => (JobLimit.CancelGrace, requested + grace),
            { State: JobState.Running } => Earliest(
                (JobLimit.Timeout, record.StartedAt + record.Job.Timeout + grace), (JobLimit.JobTimeout, record.ExpiresAt + grace),
                (JobLimit.HeartbeatTimeout, SilentAt(record, grace))),
            _ => null,
        };
    }

    /// <summary>Says that a limit was overrun.</summary>
    /// <param name="limit">The limit.</param>
    /// <param name="job">The job.</param>
    /// <returns>The reason, for people; it begins with the name of the limit.</returns>
    public static string Reason(JobLimit limit, Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return limit switch
        {
            JobLimit.WaitTimeout => $"wait_timeout: no worker took the job within {Seconds(job.WaitTimeout)} s.",
            JobLimit.Timeout => $"timeout: the attempt ran longer than {Seconds(job.Timeout)} s.",
            JobLimit.JobTimeout => $"job_timeout: the job as a whole took longer than {Seconds(job.JobTimeout)} s.",
            JobLimit.HeartbeatTimeout => $"heartbeat_timeout: the attempt reported no progress for {Seconds(job.HeartbeatTimeout)} s.",
            JobLimit.CancelGrace => JobStateMachine.CancelledReason,
            _ => throw new ArgumentOutOfRangeException(nameof(limit)),
        };
    }

    /// <summary>Tells when an attempt was silent for too long. Only its worker can tell: that no word of progress came may be due to the road.</summary>
    private static DateTimeOffset? SilentAt(JobRecord record, TimeSpan grace) =>
        record.Silence >= record.Job.HeartbeatTimeout + grace ? record.ProgressAt + record.Job.HeartbeatTimeout + grace : null;

    private static (JobLimit Limit, DateTimeOffset At)? Earliest(params ReadOnlySpan<(JobLimit Limit, DateTimeOffset? At)> limits)
    {
        (JobLimit Limit, DateTimeOffset At)? first = null;
        foreach (var (limit, at) in limits)
        {
            if (at is { } time && !(first?.At <= time))
            {
                first = (limit, time);
            }
        }

        return first;
    }

    private static string Seconds(TimeSpan? span) => (span?.TotalSeconds ?? 0).ToString(CultureInfo.InvariantCulture);
}
