using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Mindtrace.AppHost.Tests.Boot;

namespace Mindtrace.AppHost.Tests.Hostile;

/// <summary>
/// Attacks a live cluster beside normal load. With every run each attack is made a few times; with <c>MINDTRACE_TEST_HOSTILE=on</c>
/// (<c>./test.sh --hostile</c>) 200 a second for a minute, and what that does to jobs and memory is measured and held to limits.
/// </summary>
internal static class HostileMinute
{
    private const int AttacksPerSecond = 200;
    private const int AttacksAtOnce = 32;
    private const double LargestSlowdown = 3;
    private const long MegaByte = 1 << 20;
    private const long LargestGrowth = 100 * MegaByte;

    // Of a stack trace, and of keys.
    private static readonly string[] Internals = ["   at ", "Exception", BootedCluster.ApiKey, "mtk."];

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("MINDTRACE_TEST_HOSTILE") == "on";
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(IsLong ? 30 : 1);
    private static readonly TimeSpan Attack = TimeSpan.FromSeconds(IsLong ? 60 : 1);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    /// <summary>Gets how long it takes at most.</summary>
    public static TimeSpan Duration { get; } = 2 * Calm + 2 * Attack;

    public static async Task RunAsync(BootedCluster cluster, string mode, CancellationToken cancel)
    {
        await using var logs = ServiceLogs.Watch(cluster.App, ["manager", "node", "worker"], cancel);
        var attacks = await HostileRequests.PrepareAsync(cluster.Client, cancel);
        var load = new NormalLoad(cluster.Client);

        // The first jobs and the first attacks are slower, and cost memory that stays.
        await load.RunAsync(Calm / 3, cancel);
        await AttackAsync(cluster, attacks, Attack / 6, cancel);
        var manager = await cluster.ProcessIdAsync("manager", cancel);
        var without = await load.RunAsync(Calm, cancel);
        var before = MemoryOf(manager);

        var attacking = AttackAsync(cluster, attacks, Attack, cancel);
        var beside = await load.RunAsync(Attack, cancel);
        var statuses = await attacking;
        var after = MemoryOf(manager);

        Assert.All(statuses, answered => Assert.True(answered.Status is >= 400 and <= 499, $"{answered.Name} was answered {answered.Status}"));
        Assert.All(statuses, answered => Assert.False(answered.Tells, $"{answered.Name} was told of internals"));
        Assert.Empty(logs.Faults);
        if (!IsLong)
        {
            return;
        }

        var slowdown = Median(beside) / Median(without);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            Hostile minute, {mode}: {statuses.Count} attacks in {Attack.TotalSeconds:0} s, none answered but with 4xx; {beside.Count} jobs beside them, none failed
              p50 of a job {Median(without).TotalMilliseconds:0.0} ms without, {Median(beside).TotalMilliseconds:0.0} ms beside: ratio {slowdown:0.00}; p99 {At(without, 0.99).TotalMilliseconds:0.0} and {At(beside, 0.99).TotalMilliseconds:0.0} ms
              memory of the manager {before / MegaByte} MiB before, {after / MegaByte} MiB after
            """));
        Assert.InRange(slowdown, 0, LargestSlowdown);
        Assert.True(after - before < LargestGrowth, $"The manager's memory grew from {before} to {after} bytes.");
    }

    /// <summary>Makes so many attacks a second, whether or not the earlier ones were answered; each at least once.</summary>
    private static async Task<IReadOnlyCollection<(string Name, int Status, bool Tells)>> AttackAsync(
        BootedCluster cluster, HostileRequests attacks, TimeSpan duration, CancellationToken cancel)
    {
        using var http = cluster.Http;
        var answered = new ConcurrentQueue<(string, int, bool)>();
        var count = Math.Max(attacks.Count, (int)(AttacksPerSecond * duration.TotalSeconds));
        await Parallel.ForEachAsync(PacedAsync(count, cancel), new ParallelOptions { MaxDegreeOfParallelism = AttacksAtOnce, CancellationToken = cancel }, async (i, token) =>
        {
            var (name, request) = attacks.Make(i);
            using (request)
            {
                using var answer = await http.SendAsync(request, token);
                var body = await answer.Content.ReadAsStringAsync(token);
                answered.Enqueue((name, (int)answer.StatusCode, Internals.Any(mark => body.Contains(mark, StringComparison.Ordinal))));
            }
        });
        return answered;
    }

    private static async IAsyncEnumerable<int> PacedAsync(int count, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        using var tick = new PeriodicTimer(Tick);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < count;)
        {
            await tick.WaitForNextTickAsync(cancel);
            for (var due = Math.Min(count, AttacksPerSecond * Stopwatch.GetElapsedTime(started).TotalSeconds); i < due; i++)
            {
                yield return i;
            }
        }
    }

    private static long MemoryOf(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.WorkingSet64;
    }

    private static TimeSpan Median(IReadOnlyList<TimeSpan> sorted) => At(sorted, 0.5);

    private static TimeSpan At(IReadOnlyList<TimeSpan> sorted, double part) => sorted[(int)(part * (sorted.Count - 1))];
}
