using Mindtrace.Jobs;
using Xunit.Sdk;

namespace Mindtrace.Reliability.Tests;

/// <summary>The books show each way in which the promises can be broken: a suite that cannot fail proves nothing.</summary>
public sealed class VerdictTests
{
    private static readonly JobId Good = JobId.Parse("good");
    private static readonly JobId Bad = JobId.Parse("bad");

    private readonly Dictionary<JobId, JobState> _known = new() { [Good] = JobState.Completed, [Bad] = JobState.Completed };
    private readonly Dictionary<string, int> _executed = new() { ["good"] = 1, ["bad"] = 1 };
    private readonly Dictionary<string, int> _recorded = new() { ["good"] = 1, ["bad"] = 1 };

    [Fact]
    public void Verdict_EachJobRunAndRecordedOnce_IsClean() => Judge().IsClean(extraExecutions: 0);

    // A worker that was killed after the store took its outcome could not note that any more.
    [Fact]
    public void Verdict_OutcomeTakenAndNotNoted_IsClean()
    {
        _recorded.Remove("bad");

        Judge().IsClean(extraExecutions: 0);
    }

    [Fact]
    public void Verdict_AcceptedJobIsUnknown_IsLost()
    {
        _known.Remove(Bad);

        Assert.Equal([Bad], Judge().Lost);
        AssertIsNotClean();
    }

    [Theory]
    [InlineData(JobState.Queued)]
    [InlineData(JobState.Running)]
    public void Verdict_JobIsAtNoEnd_IsStuck(JobState state)
    {
        _known[Bad] = state;

        Assert.Equal([Bad], Judge().Stuck);
        AssertIsNotClean();
    }

    [Theory]
    [InlineData(JobState.Failed)]
    [InlineData(JobState.Error)]
    [InlineData(JobState.Cancelled)]
    public void Verdict_JobDidNotComplete_IsUnsuccessful(JobState state)
    {
        _known[Bad] = state;

        Assert.Equal([Bad], Judge().Unsuccessful);
        AssertIsNotClean();
    }

    [Fact]
    public void Verdict_CompletedWithoutHavingRun_IsInvented()
    {
        _executed.Remove("bad");

        Assert.Equal([Bad], Judge().Invented);
        AssertIsNotClean();
    }

    [Fact]
    public void Verdict_TwoOutcomesTaken_IsRecordedTwice()
    {
        _recorded["bad"] = 2;

        Assert.Equal(["bad"], Judge().RecordedTwice);
        AssertIsNotClean();
    }

    [Fact]
    public void Verdict_RunMoreOftenThanTheDamageExplains_IsNotClean()
    {
        _executed["bad"] = 3;

        Judge().IsClean(extraExecutions: 2);
        Assert.Throws<TrueException>(() => Judge().IsClean(extraExecutions: 1));
    }

    private Verdict Judge() => Verdict.Of([Good, Bad], _known, _executed, _recorded);

    private void AssertIsNotClean() => Assert.ThrowsAny<XunitException>(() => Judge().IsClean(extraExecutions: 0));
}
