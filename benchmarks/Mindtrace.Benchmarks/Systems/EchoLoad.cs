namespace Mindtrace.Benchmarks;

/// <summary>The load that both sides are put under.</summary>
internal static class EchoLoad
{
    /// <summary>How many submits are under way at once, and how many jobs run at once.</summary>
    public const int Concurrency = 64;

    /// <summary>How many jobs are submitted together.</summary>
    public const int JobsOfABulk = 1000;

    private const int BulksInFlight = 2;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>What every job echoes: 1 KB of ASCII.</summary>
    public static readonly string Message = new('m', 1024);

    /// <summary>Submits jobs one by one, with <see cref="Concurrency"/> in flight, and returns when all of them are completed.</summary>
    public static Task RunSinglyAsync(IEchoSystem system, int jobs, CancellationToken cancellationToken) =>
        RunAsync(system, jobs, () => InParallelAsync(jobs, Concurrency, system.SubmitAsync, cancellationToken), cancellationToken);

    /// <summary>Submits jobs a thousand at a time, and returns when all of them are completed.</summary>
    public static Task RunInBulkAsync(IEchoSystem system, int jobs, CancellationToken cancellationToken) =>
        RunAsync(system, jobs, () => SubmitInBulkAsync(system, jobs, cancellationToken), cancellationToken);

    /// <summary>Submits jobs a thousand at a time, and returns when all of them are accepted.</summary>
    public static Task SubmitInBulkAsync(IEchoSystem system, int jobs, CancellationToken cancellationToken) =>
        InParallelAsync(jobs / JobsOfABulk, BulksInFlight, cancel => system.SubmitAsync(JobsOfABulk, cancel), cancellationToken);

    /// <summary>Waits until so many jobs were completed since the system's start.</summary>
    public static async Task WaitUntilCompletedAsync(IEchoSystem system, long goal, CancellationToken cancellationToken)
    {
        while (await system.CountCompletedAsync() < goal)
        {
            await Task.Delay(LookInterval, cancellationToken);
        }
    }

    private static async Task RunAsync(IEchoSystem system, int jobs, Func<Task> submitAsync, CancellationToken cancellationToken)
    {
        var goal = await system.CountCompletedAsync() + jobs;
        await submitAsync();
        await WaitUntilCompletedAsync(system, goal, cancellationToken);
    }

    private static Task InParallelAsync(int times, int atOnce, Func<CancellationToken, Task> runAsync, CancellationToken cancellationToken) =>
        Parallel.ForAsync(
            0, times, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken },
            async (_, cancel) => await runAsync(cancel));
}
