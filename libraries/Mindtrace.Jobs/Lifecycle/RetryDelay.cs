namespace Mindtrace.Jobs;

/// <summary>The wait between two attempts at a job.</summary>
public static class RetryDelay
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Computes the wait before the next attempt: exponential backoff with full jitter.</summary>
    /// <param name="failures">Attempts that failed so far, 1 or more.</param>
    /// <param name="random">The source of the jitter.</param>
    /// <returns>A wait from zero up to the smaller of 5 minutes and 2^(failures − 1) seconds.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="failures"/> is below 1.</exception>
    /// <remarks>Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.</remarks>
    public static TimeSpan After(int failures, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        ArgumentNullException.ThrowIfNull(random);
        var ceiling = Math.Min(Longest.TotalSeconds, Math.Pow(2, failures - 1));
        return TimeSpan.FromSeconds(random.NextDouble() * ceiling);
    }
}
