using System.Text.Json;
using Xunit;

namespace Mindtrace.Jobs.Contracts;

/// <content>Queues without a cluster: publish, run a few, run all there are.</content>
public abstract partial class JobQueueContract
{
    [Fact]
    public async Task ConsumeSome_RunsSoManyInOrder_AndLeavesTheRest()
    {
        var queue = await DeclareAsync();
        var jobs = await PublishJobsAsync(queue, 3);
        var ran = new List<Job>();

        await Queue.ConsumeAsync(queue, 2, (job, _) => RunAsync(ran, job), Cancel);

        Assert.Equal(jobs[..2].Select(job => job.Id), ran.Select(job => job.Id));
        Assert.Equal(jobs[0].Payload.GetRawText(), ran[0].Payload.GetRawText());
        await AssertCountAsync(1, queue);
    }

    [Fact]
    public async Task ConsumeSome_WaitsForWhatIsPublishedLater()
    {
        var queue = await DeclareAsync();
        var ran = new List<Job>();
        var consuming = Queue.ConsumeAsync(queue, 1, (job, _) => RunAsync(ran, job), Cancel);

        var jobs = await PublishJobsAsync(queue, 1);

        await consuming.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.Equal(jobs[0].Id, Assert.Single(ran).Id);
    }

    [Fact]
    public async Task ConsumeUntilEmpty_RunsAllThatWaitAndThoseThatComeOfThem()
    {
        var queue = await DeclareAsync();
        await PublishJobsAsync(queue, 3);
        var ran = new List<Job>();

        Assert.Equal(4, await Queue.ConsumeUntilEmptyAsync(
            queue,
            async (job, cancellationToken) =>
            {
                ran.Add(job);
                if (ran.Count == 3)
                {
                    await PublishJobsAsync(queue, 1);
                }
            },
            Cancel));

        Assert.Equal(4, ran.Count);
        Assert.Equal(0, await Queue.ConsumeUntilEmptyAsync(queue, (job, _) => RunAsync(ran, job), Cancel));
        await AssertCountAsync(0, queue);
    }

    [Fact]
    public async Task ConsumeSome_RunThrows_EndsAndTheJobWaitsAgain()
    {
        var queue = await DeclareAsync();
        await PublishJobsAsync(queue, 1);

        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Queue.ConsumeAsync(queue, 1, (_, _) => throw new InvalidOperationException("it failed"), Cancel));

        await AssertCountAsync(1, queue);
    }

    private static Task RunAsync(List<Job> ran, Job job)
    {
        ran.Add(job);
        return Task.CompletedTask;
    }

    private async Task<Job[]> PublishJobsAsync(JobType queue, int count)
    {
        Job[] jobs = [.. Enumerable.Range(0, count).Select(i => new Job { SchemaName = queue, Payload = JsonSerializer.SerializeToElement(i) })];
        foreach (var job in jobs)
        {
            await Queue.PublishAsync(job, Cancel);
        }

        return jobs;
    }
}
