namespace Mindtrace.Benchmarks;

/// <summary>What runs echo jobs: the cluster, or the least that could do the same.</summary>
internal interface IEchoSystem
{
    /// <summary>Runs one job and returns when its outcome is stored.</summary>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Hands in one job and returns when it is accepted.</summary>
    Task SubmitAsync(CancellationToken cancellationToken);

    /// <summary>Hands in jobs together and returns when all of them are accepted.</summary>
    Task SubmitAsync(int jobs, CancellationToken cancellationToken);

    /// <summary>Tells how many jobs were completed since the start.</summary>
    ValueTask<long> CountCompletedAsync();

    /// <summary>Reads the processor time of the thread of Redis that runs commands; none when the server does not say.</summary>
    Task<TimeSpan?> ReadRedisTimeAsync();
}
