using Mindtrace.Reliability.Worker;
using Mindtrace.TestServers;

namespace Mindtrace.Reliability.Tests;

/// <summary>Workers that say that they stored an outcome and did not: the books show it.</summary>
[Collection(nameof(ReliabilitySuite))]
public sealed class BrokenPromiseTests(BrokenPromiseTests.Cluster cluster) : IClassFixture<BrokenPromiseTests.Cluster>
{
    [Fact]
    public async Task Worker_LosesOutcomes_IsFoundOut()
    {
        // Its attempt is taken for lost in the end; one such loss is enough here.
        var job = LedgerWorker.Schema.CreateJob(new LedgerInput()) with { MaxDeaths = 0 };

        var verdict = await cluster.JudgeAsync(await cluster.SubmitAsync([job]));

        Assert.Equal([job.Id], verdict.Unsuccessful);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => verdict.IsClean(extraExecutions: 0));
    }

    public sealed class Cluster() : ClusterUnderDamage(new GarnetServer(), broker: null, losesOutcomes: true);
}
