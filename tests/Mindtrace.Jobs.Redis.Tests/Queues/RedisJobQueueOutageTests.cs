using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis.Tests;

public sealed class RedisJobQueueOutageTests
{
    private static readonly JobType Queue = JobType.Parse("echo");

    public static TheoryData<string> Uses => ["declare", "publish", "consume", "count", "purge", "delete"];

    [Theory]
    [MemberData(nameof(Uses))]
    public async Task AnyUse_ServerAway_SaysSoWithoutThePassword(string use)
    {
        var configuration = ConfigurationOptions.Parse("127.0.0.1:1,password=swordfish,abortConnect=false,connectTimeout=100");
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        await using var nowhere = await ConnectionMultiplexer.ConnectAsync(configuration);
        var jobs = new RedisJobQueue(nowhere, new(), new(), TimeProvider.System, NullLogger<RedisJobQueue>.Instance);

        var fault = await Assert.ThrowsAsync<JobBackendUnavailableException>(() => UseAsync(jobs, use));

        Assert.Contains("127.0.0.1:1 ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", fault.ToString(), StringComparison.Ordinal);
    }

    private static Task UseAsync(RedisJobQueue jobs, string use)
    {
        var cancel = TestContext.Current.CancellationToken;
        return use switch
        {
            "declare" => jobs.DeclareAsync(Queue, QueueOrder.Fifo, cancel),
            "publish" => jobs.PublishAsync(Queue, [new JobMessage(JobId.New(), Queue, default)], cancel),
            "consume" => jobs.ConsumeAsync(Queue, prefetch: 1, cancel),
            "count" => jobs.CountAsync(Queue, cancel),
            "purge" => jobs.PurgeAsync(Queue, cancel),
            "delete" => jobs.DeleteAsync(Queue, cancel),
            _ => throw new ArgumentOutOfRangeException(nameof(use), use, "There is no such use."),
        };
    }
}
