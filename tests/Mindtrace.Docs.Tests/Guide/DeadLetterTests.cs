using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Docs.Tests.Guide;

[Collection(nameof(GuideCluster))]
public sealed class DeadLetterTests(GuideCluster guide)
{
    [Fact]
    public async Task DeadLetters_AreListedRequeuedAndDiscarded()
    {
        var cluster = guide.Client;
        var (first, second) = (await FailAsync(), await FailAsync());

        #region dead-letters
        foreach (var letter in await cluster.GetDeadLettersAsync())
        {
            Console.WriteLine($"{letter.JobId}: {letter.Job.Error}");
        }
        #endregion
        var jobId = first;

        #region requeue
        var requeued = await cluster.RequeueDeadLetterAsync(jobId);
        Console.WriteLine(requeued.Status);   // Queued
        #endregion
        Assert.Equal(JobState.Queued, requeued.Status);
        jobId = second;

        #region discard
        await cluster.DiscardDeadLetterAsync(jobId);
        #endregion
        Assert.DoesNotContain(await cluster.GetDeadLettersAsync(), letter => letter.JobId == second);

        #region requeue-all
        var filter = new DeadLettersRequest { JobTypes = [JobType.Parse("fragile_job")], Reason = "timeout" };
        var result = await cluster.RequeueDeadLettersAsync(filter);
        Console.WriteLine($"{result.Requeued} queued again, {result.Kept} kept");
        #endregion
        Assert.Equal(0, result.Kept);

        // A wait_timeout makes a dead letter of a job that no worker has begun.
        async Task<JobId> FailAsync()
        {
            var type = JobType.Parse("fragile_job");
            await cluster.RegisterJobTypeAsync(new JobTypeDefinition(type));
            var job = new Job { SchemaName = type, Payload = JobsJson.EmptyObject, WaitTimeout = TimeSpan.FromMilliseconds(1) };
            await cluster.SubmitJobAsync(job);
            await cluster.WaitForJobAsync(job.Id);
            return job.Id;
        }
    }
}
