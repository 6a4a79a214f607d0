using Mindtrace.Reliability.Worker;
using Mindtrace.TestServers;

namespace Mindtrace.Reliability.Tests;

/// <summary>Jobs that take longer than RabbitMQ lets a message be unacknowledged.</summary>
[Collection(nameof(ReliabilitySuite))]
public sealed class LongJobTests(LongJobTests.Cluster cluster) : IClassFixture<LongJobTests.Cluster>
{
    [Fact]
    public async Task Job_LongerThanTheConsumerTimeout_RunsOnce()
    {
        var (job, gate, _) = await cluster.StartGatedJobAsync();
        await cluster.Ledger.WhenNotedAsync(LedgerWriter.Received, job, count: 2);
        await File.WriteAllTextAsync(gate, "", TestContext.Current.CancellationToken);

        (await cluster.JudgeAsync([job])).IsClean(extraExecutions: 0);
        Assert.Equal(1, cluster.Ledger.Count(LedgerWriter.Executed)[job.Value]);
    }

    public sealed class Cluster() : ClusterUnderDamage(new RedisServer(), new RabbitMqServer())
    {
        private protected override TimeSpan? ConsumerTimeout => TimeSpan.FromSeconds(1);
    }
}
