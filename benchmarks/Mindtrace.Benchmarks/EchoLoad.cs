namespace Mindtrace.Benchmarks;

/// <summary>The load that both sides are put under.</summary>
internal static class EchoLoad
{
    /// <summary>How many submits are under way at once, and how many jobs run at once.</summary>
    public const int Concurrency = 64;

    /// <summary>What every job echoes: 1 KB of ASCII.</summary>
    public static readonly string Message = new('m', 1024);

    /// <summary>Submits jobs with <see cref="Concurrency"/> in flight, and returns when all of them are completed.</summary>
    public static async Task RunManyAsync(IEchoSystem system, int jobs, CancellationToken cancellationToken)
    {
        var goal = await system.CountCompletedAsync() + jobs;
        var inFlight = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, jobs, inFlight, async (_, cancel) => await system.SubmitAsync(cancel));
        while (await system.CountCompletedAsync() < goal)
        {
            await Task.Delay(5, cancellationToken);
        }
    }
}
