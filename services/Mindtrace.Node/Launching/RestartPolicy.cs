namespace Mindtrace.Node.Launching;

/// <summary>Decides whether and when a crashed worker is started again: exponential backoff with jitter, and an end to it.</summary>
internal sealed class RestartPolicy(LaunchOptions options)
{
    /// <summary>Gets how often the worker was started again since it last was well for long.</summary>
    public int Restarts { get; private set; }

    /// <summary>Counts a crash.</summary>
    /// <param name="readyFor">How long the worker had been ready.</param>
    /// <returns>The wait before the next start, half to all of the backoff; <see langword="null"/> when there is to be none.</returns>
    public TimeSpan? Next(TimeSpan readyFor)
    {
        if (readyFor >= options.RestartsForgottenAfter)
        {
            Restarts = 0;
        }

        if (Restarts >= options.MaxRestarts)
        {
            return null;
        }

        // A power that would overflow is far beyond any longest wait.
        var backoff = options.RestartDelay * Math.Pow(2, Math.Min(Restarts, 30));
        Restarts++;
        return (backoff < options.MaxRestartDelay ? backoff : options.MaxRestartDelay) * (0.5 + (0.5 * Random.Shared.NextDouble()));
    }
}
