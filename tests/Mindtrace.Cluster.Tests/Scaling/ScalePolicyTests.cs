using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Mindtrace.Manager.Scaling;

namespace Mindtrace.Cluster.Tests.Scaling;

/// <summary>How many workers there are to be, on a clock that the test moves.</summary>
public sealed class ScalePolicyTests
{
    private static readonly ScaleWorkerTypeRequest Scale = new(WorkerTypeName.Parse("echo"), Min: 0, Max: 8);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 29, 12, 0, 0, TimeSpan.Zero));

    private ScaleMemory _memory;
    private int _workers;

    [Fact]
    public void Decide_BelowMinAndAboveMax_GoesThereAtOnce()
    {
        Assert.Equal(3, Look(Scale with { Min = 3 }));
        Assert.Equal(2, Look(Scale with { Max = 2 }));
    }

    [Fact]
    public void Decide_FirstJobWithoutAnyWorker_LaunchesOneAtOnce() => Assert.Equal(1, Look(Scale, waiting: 1));

    [Fact]
    public void Decide_ManyJobs_DoublesAtMost_AndWaitsForTheNewOnesToWarmUp()
    {
        Assert.Equal(1, Look(Scale, waiting: 100));
        Assert.Equal(1, Look(Scale, waiting: 100));
        _clock.Advance(TimeSpan.FromSeconds(Scale.WarmUpSeconds));
        Assert.Equal(2, Look(Scale, waiting: 100));
        _clock.Advance(TimeSpan.FromSeconds(Scale.WarmUpSeconds));
        Assert.Equal(4, Look(Scale, waiting: 100));
        _clock.Advance(TimeSpan.FromSeconds(Scale.WarmUpSeconds));
        Assert.Equal(8, Look(Scale, waiting: 100));
        _clock.Advance(TimeSpan.FromSeconds(Scale.WarmUpSeconds));
        Assert.Equal(8, Look(Scale, waiting: 100));
    }

    [Fact]
    public void Decide_FewJobsThatWaitForTooLong_LaunchesOneMore()
    {
        _workers = 1;
        Assert.Equal(1, Look(Scale, waiting: 2, waited: Scale.MaxWaitSeconds));
        Assert.Equal(2, Look(Scale, waiting: 2, waited: Scale.MaxWaitSeconds + 1));
    }

    [Fact]
    public void Decide_FewerAreEnough_WaitsWhetherItStaysSo()
    {
        _workers = 4;
        Assert.Equal(4, Look(Scale, running: 1));
        _clock.Advance(TimeSpan.FromSeconds(Scale.IdleSeconds - 10));

        // A burst in between: the wait begins anew.
        Assert.Equal(4, Look(Scale, running: 1, waiting: 35));
        Assert.Equal(4, Look(Scale, running: 1));
        _clock.Advance(TimeSpan.FromSeconds(Scale.IdleSeconds - 10));
        Assert.Equal(4, Look(Scale, running: 1));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, Look(Scale, running: 1));
    }

    [Fact]
    public void Decide_NothingToDo_GoesDownToMin()
    {
        (_workers, _memory) = (2, new ScaleMemory(IdleSince: _clock.GetUtcNow() - TimeSpan.FromSeconds(Scale.IdleSeconds)));
        Assert.Equal(1, Look(Scale with { Min = 1 }));
        _memory = new ScaleMemory(IdleSince: _clock.GetUtcNow() - TimeSpan.FromSeconds(Scale.IdleSeconds));
        Assert.Equal(0, Look(Scale));
    }

    // A worker that has begun to live while its launch is under way is counted twice for a moment.
    [Fact]
    public void Decide_MoreThanMaxWithThoseBeingLaunched_DrainsNone()
    {
        var sight = new ScaleSight(_clock.GetUtcNow(), Workers: 1, Launching: 2, Waiting: 0, Running: 0, OldestDueAt: null);
        var verdict = ScalePolicy.Decide(Scale with { Min = 2, Max = 2 }, sight, new ScaleMemory());
        Assert.Equal((3, ""), (verdict.Wanted, verdict.Reason));
    }

    // Whatever the load does: it stays within its bounds, and never goes down within the time to warm up after it went up, nor twice within the time of being idle.
    [Fact]
    public void Decide_AnyLoad_StaysWithinBounds_AndDoesNotFlap() => Gen.Select(Scales, Gen.Select(Gen.Int[0, 200], Gen.Int[0, 50], Gen.Int[0, 120]).List[1, 200])
        .Sample((scale, loads) =>
        {
            var (test, upAt, downAt) = (new ScalePolicyTests(), DateTimeOffset.MinValue, DateTimeOffset.MinValue);
            foreach (var (waiting, running, waited) in loads)
            {
                var (before, now) = (test._workers, test._clock.GetUtcNow());
                var after = test.Look(scale, waiting, running, waited);

                Assert.InRange(after, scale.Min, scale.Max);
                if (after > before)
                {
                    Assert.True(after <= Math.Max(Math.Max(1, scale.Min), 2 * before));
                    Assert.True(before == 0 || now - upAt >= TimeSpan.FromSeconds(scale.WarmUpSeconds));
                    upAt = now;
                }
                else if (after < before)
                {
                    Assert.True(now - upAt >= TimeSpan.FromSeconds(scale.WarmUpSeconds));
                    Assert.True(now - downAt >= TimeSpan.FromSeconds(scale.IdleSeconds));
                    downAt = now;
                }

                test._clock.Advance(LookInterval);
            }
        });

    [Fact]
    public void Decide_TheSameLoadForLong_ComesToRest() => Gen.Select(Scales, Gen.Int[0, 200], Gen.Int[0, 50]).Sample((scale, waiting, running) =>
    {
        var test = new ScalePolicyTests();
        var last = 0;
        for (var look = 0; look < 400; look++)
        {
            var now = test.Look(scale, waiting, running);
            if (look >= 300)
            {
                Assert.Equal(last, now);
            }

            last = now;
            test._clock.Advance(LookInterval);
        }
    });

    private static Gen<ScaleWorkerTypeRequest> Scales => Gen.Select(Gen.Int[0, 4], Gen.Int[0, 12], Gen.Int[1, 20], Gen.Int[0, 60], Gen.Int[0, 120], (min, more, jobs, warmUp, idle) =>
        Scale with { Min = min, Max = min + more, JobsPerWorker = jobs, WarmUpSeconds = warmUp, IdleSeconds = idle });

    /// <summary>Decides once, and has it so.</summary>
    private int Look(ScaleWorkerTypeRequest scale, long waiting = 0, long running = 0, double waited = 0)
    {
        var now = _clock.GetUtcNow();
        var verdict = ScalePolicy.Decide(
            scale, new ScaleSight(now, _workers, Launching: 0, waiting, running, waiting > 0 ? now - TimeSpan.FromSeconds(waited) : null), _memory);
        Assert.Equal(verdict.Wanted == _workers, verdict.Reason.Length == 0);
        (_workers, _memory) = (verdict.Wanted, verdict.Memory);
        return _workers;
    }
}
