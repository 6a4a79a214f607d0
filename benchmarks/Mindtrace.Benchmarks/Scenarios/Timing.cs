using System.Diagnostics;

namespace Mindtrace.Benchmarks;

/// <summary>Takes times.</summary>
internal static class Timing
{
    public static readonly string[] Percentiles = ["p50 ms", "p99 ms"];

    public static async Task<double> SecondsOfAsync(Func<Task> run)
    {
        var started = Stopwatch.GetTimestamp();
        await run();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public static async Task<double> MillisecondsOfAsync(Func<Task> run) => 1000 * await SecondsOfAsync(run);

    /// <summary>Runs something many times, one after the other.</summary>
    /// <returns>The figures of <see cref="Percentiles"/>.</returns>
    public static async Task<IReadOnlyList<double>> PercentilesOfAsync(int times, Func<Task> run)
    {
        var milliseconds = new double[times];
        for (var i = 0; i < times; i++)
        {
            milliseconds[i] = await MillisecondsOfAsync(run);
        }

        Array.Sort(milliseconds);
        return [milliseconds[times / 2], milliseconds[times * 99 / 100]];
    }
}
