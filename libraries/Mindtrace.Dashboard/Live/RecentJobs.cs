using System.Collections.Concurrent;
using Mindtrace.Jobs;

namespace Mindtrace.Dashboard.Live;

/// <summary>Makes beats of what is heard of jobs. What is heard comes from other threads; all else is called from one.</summary>
internal sealed class RecentJobs(IJobStore store)
{
    /// <summary>How many beats are kept: ten minutes.</summary>
    public const int Kept = 120;

    // Of a busy cluster, a few jobs of each second tell enough of all of them.
    private const int LookedAtPerTurn = 12;
    private const int LookedBack = 500;

    private readonly ConcurrentQueue<(JobId Id, JobState State)> _heard = new();
    private readonly List<(TimeSpan Wait, TimeSpan Run)> _times = [];
    private readonly List<Beat> _beats = [];

    public IReadOnlyList<Beat> Beats => [.. _beats];

    public long Changes { get; private set; }

    /// <summary>Notes a change of a job. Must not block.</summary>
    public void Hear(JobId id, JobState state) => _heard.Enqueue((id, state));

    /// <summary>Makes the beats of the time before anybody looked, of the latest jobs in the store.</summary>
    public async Task LookBackAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var first = Floor(now) - ((Kept - 1) * Beat.Length);
        var ended = new JobFilter { States = [JobState.Completed, JobState.Failed, JobState.Error, JobState.Cancelled], From = first, Limit = LookedBack };
        var jobs = (await store.ListAsync(ended, cancellationToken)).Records
            .Where(job => job.FinishedAt >= first).ToLookup(job => Floor(job.FinishedAt!.Value));
        for (var start = first; start <= now; start += Beat.Length)
        {
            var times = jobs[start].SelectMany(TimesOf).ToList();
            _beats.Add(WithTimes(jobs[start].Aggregate(new Beat(start), (beat, job) => beat.Count(job.State)), times));
        }
    }

    /// <summary>Brings the beats up to date.</summary>
    public async Task TurnAsync(DateTimeOffset now, JobCensus census, CancellationToken cancellationToken)
    {
        while (_beats[^1].Start + Beat.Length <= now)
        {
            _beats.Add(new Beat(_beats[^1].Start + Beat.Length));
            _times.Clear();
        }

        _beats.RemoveRange(0, Math.Max(0, _beats.Count - Kept));
        var beat = _beats[^1];
        List<JobId> looked = [];
        while (_heard.TryDequeue(out var heard))
        {
            Changes++;
            beat = beat.Count(heard.State);
            if (heard.State.IsFinal() && looked.Count < LookedAtPerTurn)
            {
                looked.Add(heard.Id);
            }
        }

        var records = await Task.WhenAll(looked.Select(id => store.FindAsync(id, cancellationToken)));
        _times.AddRange(records.OfType<JobRecord>().SelectMany(TimesOf));
        var oldest = census.JobTypes.Min(type => type.OldestDueAt);
        _beats[^1] = WithTimes(beat, _times) with
        {
            Waiting = census.JobTypes.Sum(type => type.Waiting),
            OldestWait = oldest < now ? now - oldest : TimeSpan.Zero,
        };
    }

    private static Beat WithTimes(Beat beat, List<(TimeSpan Wait, TimeSpan Run)> times) => times.Count == 0
        ? beat
        : beat with { Wait = Median(times.Select(time => time.Wait)), Run = Median(times.Select(time => time.Run)) };

    /// <summary>Tells how long a job waited before its latest attempt, and how long that took; nothing of one that never ran.</summary>
    private static IEnumerable<(TimeSpan Wait, TimeSpan Run)> TimesOf(JobRecord job) =>
        job is { StartedAt: { } started, FinishedAt: { } finished } && finished >= started
            ? [(started > job.DueAt ? started - job.DueAt : TimeSpan.Zero, finished - started)]
            : [];

    private static TimeSpan Median(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static DateTimeOffset Floor(DateTimeOffset time) => time.AddTicks(-(time.UtcTicks % Beat.Length.Ticks));
}
