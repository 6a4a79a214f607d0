namespace Mindtrace.Cluster;

/// <summary>Thrown by a worker's code to fail an attempt and say more than an exception does.</summary>
/// <param name="reason">What went wrong, for people; it stands in the job's record.</param>
public sealed class JobFailedException(string reason) : Exception(reason)
{
    /// <summary>Gets what the attempt produced all the same; written to the job's output. The default is nothing.</summary>
    public object? Output { get; init; }

    /// <summary>Gets whether the job would fail every time: then no attempts are left. The default is false.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Gets the wait before the next attempt, if one is left. The default is the job's backoff.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
