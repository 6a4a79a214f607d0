using System.Globalization;
using Mindtrace.Cluster;

namespace Mindtrace.Manager.Scaling;

/// <summary>What there is of a worker type at one moment.</summary>
/// <param name="Now">The moment.</param>
/// <param name="Workers">How many workers live and take jobs.</param>
/// <param name="Launching">How many are being launched. One that has begun to live may be among the workers as well.</param>
/// <param name="Waiting">How many of its jobs are due and wait.</param>
/// <param name="Running">How many of its jobs run.</param>
/// <param name="OldestDueAt">Since when the job has been due that waits longest; none when none waits.</param>
internal readonly record struct ScaleSight(DateTimeOffset Now, int Workers, int Launching, long Waiting, long Running, DateTimeOffset? OldestDueAt);

/// <summary>What a decision needs to know of those before it.</summary>
/// <param name="GrownAt">When there were last to be more workers.</param>
/// <param name="IdleSince">Since when fewer workers would have been enough, without a break.</param>
internal readonly record struct ScaleMemory(DateTimeOffset? GrownAt = null, DateTimeOffset? IdleSince = null);

/// <summary>How many workers there are to be.</summary>
/// <param name="Wanted">How many.</param>
/// <param name="Reason">Why not as many as there are; empty when it is as many.</param>
/// <param name="Memory">For the next decision.</param>
internal readonly record struct ScaleVerdict(int Wanted, string Reason, ScaleMemory Memory);

/// <summary>Decides how many workers of a type there are to be.</summary>
/// <remarks>
/// More as soon as jobs wait too long or are too many, at most twice as many at a time, and then not again until the new ones had time to
/// show what they do. Fewer only when fewer have been enough for a while without a break: so it does not flap.
/// </remarks>
internal static class ScalePolicy
{
    public static ScaleVerdict Decide(ScaleWorkerTypeRequest scale, ScaleSight sight, ScaleMemory memory)
    {
        // Those that are being launched are reckoned with before there are to be more, and not before there are to be fewer.
        var (have, now) = (sight.Workers + sight.Launching, sight.Now);
        if (have < scale.Min)
        {
            return Grow(scale.Min, Text($"there are to be {scale.Min} at least"));
        }

        if (sight.Workers > scale.Max)
        {
            return Shrink(scale.Max, Text($"there may be {scale.Max} at most"));
        }

        var enough = (int)Math.Clamp(Math.Ceiling((sight.Waiting + sight.Running) / (double)scale.JobsPerWorker), scale.Min, scale.Max);
        var wait = sight.OldestDueAt is { } due && sight.Waiting > 0 ? now - due : TimeSpan.Zero;
        var isLate = wait > TimeSpan.FromSeconds(scale.MaxWaitSeconds);
        var isWarm = memory.GrownAt is not { } grown || now - grown >= TimeSpan.FromSeconds(scale.WarmUpSeconds);
        var more = Math.Min(scale.Max, Math.Max(enough, isLate ? have + 1 : 0));
        if (more > have)
        {
            // The first one is not waited for: without any, nothing shows.
            return have == 0 || isWarm
                ? Grow(Math.Min(more, Math.Max(1, 2 * have)), Text($"{sight.Waiting} waiting, the oldest for {wait.TotalSeconds:0} s, and {sight.Running} running"))
                : new ScaleVerdict(have, "", memory with { IdleSince = null });
        }

        if (enough >= sight.Workers || isLate)
        {
            return new ScaleVerdict(have, "", memory with { IdleSince = null });
        }

        var idleSince = memory.IdleSince ?? now;
        return isWarm && now - idleSince >= TimeSpan.FromSeconds(scale.IdleSeconds)
            ? Shrink(enough, Text($"{enough} have been enough for {(now - idleSince).TotalSeconds:0} s"))
            : new ScaleVerdict(have, "", memory with { IdleSince = idleSince });

        ScaleVerdict Grow(int wanted, string reason) => new(wanted, reason, new ScaleMemory(GrownAt: now));

        ScaleVerdict Shrink(int wanted, string reason) => new(wanted, reason, memory with { IdleSince = null });
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
