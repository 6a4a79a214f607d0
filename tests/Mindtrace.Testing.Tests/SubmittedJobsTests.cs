using Mindtrace.Jobs;

namespace Mindtrace.Testing.Tests;

public sealed class SubmittedJobsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ShouldContain_JobWithTheInput_AnswersIt()
    {
        await using var cluster = await WithOrdersAsync("tea", "milk");

        var milk = cluster.Jobs.ShouldContain(Schemas.Order, order => order.Item == "milk");

        Assert.Equal(JobState.Queued, milk.State);
        Assert.Equal(["tea", "milk"], cluster.Jobs.Select(record => record.Job.Payload.GetProperty("item").GetString()));
    }

    [Fact]
    public async Task ShouldContain_NoSuchInput_ListsWhatThereIs()
    {
        await using var cluster = await WithOrdersAsync("tea");

        var fault = Assert.Throws<JobAssertionException>(() => cluster.Jobs.ShouldContain(Schemas.Order, order => order.Item == "milk"));

        Assert.Equal(
            $$"""
            A job of type 'order' with the given input was to be submitted, and none was. The jobs of the test cluster:
              order Queued {"item":"tea","count":1}
            """.ReplaceLineEndings(),
            fault.Message);
    }

    [Fact]
    public async Task ShouldContain_OtherTypeOnly_Fails()
    {
        await using var cluster = await WithOrdersAsync("tea");

        Assert.Throws<JobAssertionException>(() => cluster.Jobs.ShouldContain(Schemas.Parcel));
    }

    [Fact]
    public async Task ShouldContainSingle_Two_SaysHowMany()
    {
        await using var cluster = await WithOrdersAsync("tea", "tea");

        var fault = Assert.Throws<JobAssertionException>(() => cluster.Jobs.ShouldContainSingle(Schemas.Order));

        Assert.StartsWith("One job of type 'order' was to be submitted, and there are 2. ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShouldNotContain_TheJob_Fails()
    {
        await using var cluster = await WithOrdersAsync("tea");

        cluster.Jobs.ShouldNotContain(Schemas.Parcel);
        cluster.Jobs.ShouldNotContain(Schemas.Order, order => order.Item == "milk");
        Assert.Throws<JobAssertionException>(() => cluster.Jobs.ShouldNotContain(Schemas.Order));
    }

    [Fact]
    public async Task ShouldBeEmpty_OnlyWithoutJobs()
    {
        await using var empty = MindtraceTestCluster.Create();
        empty.Jobs.ShouldBeEmpty();

        await using var cluster = await WithOrdersAsync("tea");
        Assert.Throws<JobAssertionException>(cluster.Jobs.ShouldBeEmpty);
    }

    private static async Task<MindtraceTestCluster> WithOrdersAsync(params string[] items)
    {
        var cluster = MindtraceTestCluster.Create();
        foreach (var item in items)
        {
            await cluster.Client.SubmitJobAsync(Schemas.Order.CreateJob(new Order(item)), Cancel);
        }

        return cluster;
    }
}
