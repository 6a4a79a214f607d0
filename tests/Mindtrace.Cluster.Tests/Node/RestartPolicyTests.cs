extern alias node;

using node::Mindtrace.Node.Launching;

namespace Mindtrace.Cluster.Tests.Node;

/// <summary>Whether and when a crashed worker is started again.</summary>
public sealed class RestartPolicyTests
{
    private static readonly LaunchOptions Options = new() { MaxRestarts = 8 };

    [Fact]
    public void Policy_CrashAfterCrash_WaitsTwiceAsLongEachTimeAndThenGivesUp()
    {
        var policy = new RestartPolicy(Options);

        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 30, 30, 30])
        {
            Assert.InRange(policy.Next(TimeSpan.Zero)!.Value, TimeSpan.FromSeconds(seconds) / 2, TimeSpan.FromSeconds(seconds));
        }

        Assert.Null(policy.Next(TimeSpan.Zero));
        Assert.Equal(8, policy.Restarts);
    }

    [Fact]
    public void Policy_WorkerWasReadyForLong_BeginsAnew()
    {
        var policy = new RestartPolicy(Options);
        while (policy.Next(TimeSpan.Zero) is not null)
        {
        }

        Assert.Null(policy.Next(Options.RestartsForgottenAfter - TimeSpan.FromTicks(1)));
        Assert.InRange(policy.Next(Options.RestartsForgottenAfter)!.Value, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
        Assert.Equal(1, policy.Restarts);
    }

    [Fact]
    public void Policy_NoRestartsAllowed_GivesUpAtOnce() => Assert.Null(new RestartPolicy(new LaunchOptions { MaxRestarts = 0 }).Next(TimeSpan.MaxValue));
}
