using System.Collections.Concurrent;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>The attempts that run in this process now.</summary>
internal sealed class LiveAttempts
{
    private readonly ConcurrentDictionary<AttemptToken, LiveAttempt> _attempts = new();

    public IReadOnlyList<AttemptKey> Keys => [.. _attempts.Values.Select(attempt => attempt.Key)];

    /// <summary>Gets what is to be said of each attempt when its lease is renewed.</summary>
    public IReadOnlyList<LeaseRenewal> Renewals => [.. _attempts.Values.Select(attempt => new LeaseRenewal(attempt.Key, attempt.Silence))];

    public void Add(LiveAttempt attempt) => _attempts[attempt.Key.Token] = attempt;

    public void Remove(LiveAttempt attempt) => _attempts.TryRemove(attempt.Key.Token, out _);

    /// <summary>Notes that an attempt is this process's for a lease that was asked for at a time.</summary>
    public void Renewed(AttemptToken token, TimeSpan lease, long askedAt)
    {
        if (_attempts.TryGetValue(token, out var attempt))
        {
            attempt.Renewed(lease, askedAt);
        }
    }

    /// <returns>The job of the attempt; none when it did not run any more, or was stopped before.</returns>
    public JobId? Stop(AttemptToken token, StopCause cause) =>
        _attempts.TryGetValue(token, out var attempt) && attempt.Stop(cause) ? attempt.Key.JobId : null;
}

/// <summary>Why an attempt is stopped before its end.</summary>
internal enum StopCause
{
    /// <summary>It was not stopped.</summary>
    None,

    /// <summary>Somebody cancelled the job.</summary>
    CancelRequested,

    /// <summary>The attempt ran for longer than it may.</summary>
    TimedOut,

    /// <summary>The job as a whole took longer than it may.</summary>
    JobTimedOut,

    /// <summary>The attempt reported no progress for longer than it may.</summary>
    Silent,

    /// <summary>The worker shuts down.</summary>
    ShuttingDown,

    /// <summary>The store has given the job to another attempt.</summary>
    Stale,

    /// <summary>The lease lapsed unrenewed, and the job must not run beside another attempt.</summary>
    LeaseLapsed,
}

/// <summary>One attempt that runs in this process. The first cause to stop it is the one that counts.</summary>
internal sealed class LiveAttempt(AttemptKey key, TimeProvider time) : IDisposable
{
    // A timer bears no more than 49 days; a job's timeout may be a year.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<ITimer> _limits = [];
    private ITimer? _lapse;
    private long _progressAt = time.GetTimestamp();
    private int _cause;

    public AttemptKey Key { get; } = key;

    public StopCause Cause => (StopCause)Volatile.Read(ref _cause);

    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Gets how long ago the attempt last reported progress; its start is progress, too.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Volatile.Read(ref _progressAt));

    /// <summary>Notes that the attempt gets on.</summary>
    public void Progressed() => Volatile.Write(ref _progressAt, time.GetTimestamp());

    /// <summary>Stops the attempt so long from now.</summary>
    public void StopAfter(TimeSpan timeout, StopCause cause)
    {
        var started = time.GetTimestamp();
        StopWhenOver(() => timeout - time.GetElapsedTime(started), cause);
    }

    /// <summary>Stops the attempt once it has reported no progress for so long.</summary>
    public void StopWhenSilent(TimeSpan timeout) => StopWhenOver(() => timeout - Silence, StopCause.Silent);

    /// <summary>Stops the attempt when its lease lapses without a renewal.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="askedAt">When it was asked for. The store counts from a moment later, so this never counts on more than it does.</param>
    public void StopWhenLapsed(TimeSpan lease, long askedAt) =>
        _lapse = time.CreateTimer(_ => Stop(StopCause.LeaseLapsed), state: null, Left(lease, askedAt), Timeout.InfiniteTimeSpan);

    public void Renewed(TimeSpan lease, long askedAt) => _lapse?.Change(Left(lease, askedAt), Timeout.InfiniteTimeSpan);

    /// <returns>Whether this stopped it.</returns>
    public bool Stop(StopCause cause)
    {
        if (Interlocked.CompareExchange(ref _cause, (int)cause, (int)StopCause.None) != (int)StopCause.None)
        {
            return false;
        }

        try
        {
            _stopping.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended by itself in the same moment.
        }

        return true;
    }

    public void Dispose()
    {
        _limits.ForEach(limit => limit.Dispose());
        _lapse?.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Stops the attempt when no time is left, which is looked at again each time that the last look promised its end.</summary>
    private void StopWhenOver(Func<TimeSpan> left, StopCause cause)
    {
        ITimer timer = null!;
        timer = time.CreateTimer(_ => StopOrWait(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _limits.Add(timer);
        StopOrWait();

        void StopOrWait()
        {
            var wait = left();
            if (wait <= TimeSpan.Zero)
            {
                Stop(cause);
            }
            else
            {
                timer.Change(wait < LongestTimer ? wait : LongestTimer, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private TimeSpan Left(TimeSpan lease, long askedAt) =>
        lease - time.GetElapsedTime(askedAt) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
}
