using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Mindtrace.Cluster.Tests.Workers;

/// <summary>A clock that moves when the test says so, and tells of each wait that somebody begins on it.</summary>
internal sealed class ObservedClock() : FakeTimeProvider(new DateTimeOffset(2026, 5, 29, 12, 0, 0, TimeSpan.Zero))
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ObservedTimer(base.CreateTimer(callback, state, dueTime, period), this);
        Tell(dueTime);
        return timer;
    }

    /// <summary>Waits until the next wait has begun.</summary>
    /// <returns>How long it is.</returns>
    public Task<TimeSpan> NextWaitAsync() => _waits.Reader.ReadAsync(TestContext.Current.CancellationToken).InTime();

    /// <summary>Waits until the next wait has begun, and ends it by moving the clock.</summary>
    /// <returns>How long it was.</returns>
    public async Task<TimeSpan> PassNextWaitAsync()
    {
        var wait = await NextWaitAsync();
        Advance(wait);
        return wait;
    }

    private void Tell(TimeSpan wait)
    {
        if (wait != Timeout.InfiniteTimeSpan)
        {
            _waits.Writer.TryWrite(wait);
        }
    }

    private sealed class ObservedTimer(ITimer timer, ObservedClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            clock.Tell(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
