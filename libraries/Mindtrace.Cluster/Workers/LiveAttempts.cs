using System.Collections.Concurrent;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster;

/// <summary>The attempts that run in this process now.</summary>
internal sealed class LiveAttempts
{
    private readonly ConcurrentDictionary<AttemptToken, LiveAttempt> _attempts = new();

    public IReadOnlyList<AttemptKey> Keys => [.. _attempts.Values.Select(attempt => attempt.Key)];

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

    /// <returns>Whether the attempt still ran.</returns>
    public bool Stop(AttemptToken token, StopCause cause)
    {
        if (!_attempts.TryGetValue(token, out var attempt))
        {
            return false;
        }

        attempt.Stop(cause);
        return true;
    }

    public void Stop(JobId job, StopCause cause)
    {
        foreach (var attempt in _attempts.Values.Where(attempt => attempt.Key.JobId == job))
        {
            attempt.Stop(cause);
        }
    }
}

/// <summary>Why an attempt is stopped before its end.</summary>
internal enum StopCause
{
    /// <summary>It was not stopped.</summary>
    None,

    /// <summary>Somebody cancelled the job.</summary>
    CancelRequested,

    /// <summary>The job ran for longer than it may.</summary>
    TimedOut,

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
    private ITimer? _timeout;
    private ITimer? _lapse;
    private int _cause;

    public AttemptKey Key { get; } = key;

    public StopCause Cause => (StopCause)Volatile.Read(ref _cause);

    public CancellationToken Stopping => _stopping.Token;

    public void StopAfter(TimeSpan timeout)
    {
        var started = time.GetTimestamp();
        _timeout = time.CreateTimer(_ => StopOrWait(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        StopOrWait();

        void StopOrWait()
        {
            var left = timeout - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                Stop(StopCause.TimedOut);
            }
            else
            {
                _timeout!.Change(left < LongestTimer ? left : LongestTimer, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Stops the attempt when its lease lapses without a renewal.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="askedAt">When it was asked for. The store counts from a moment later, so this never counts on more than it does.</param>
    public void StopWhenLapsed(TimeSpan lease, long askedAt) =>
        _lapse = time.CreateTimer(_ => Stop(StopCause.LeaseLapsed), state: null, Left(lease, askedAt), Timeout.InfiniteTimeSpan);

    public void Renewed(TimeSpan lease, long askedAt) => _lapse?.Change(Left(lease, askedAt), Timeout.InfiniteTimeSpan);

    public void Stop(StopCause cause)
    {
        if (Interlocked.CompareExchange(ref _cause, (int)cause, (int)StopCause.None) == (int)StopCause.None)
        {
            try
            {
                _stopping.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The attempt ended by itself in the same moment.
            }
        }
    }

    public void Dispose()
    {
        _timeout?.Dispose();
        _lapse?.Dispose();
        _stopping.Dispose();
    }

    private TimeSpan Left(TimeSpan lease, long askedAt) =>
        lease - time.GetElapsedTime(askedAt) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
}
