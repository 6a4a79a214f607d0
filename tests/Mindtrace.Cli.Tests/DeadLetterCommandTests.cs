using System.Text.Json;
using Mindtrace.Jobs;

namespace Mindtrace.Cli.Tests;

public sealed class DeadLetterCommandTests(RunningCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Process_OneOfEachAnswer_DoesAsTold()
    {
        var jobs = await FailAsync(4);

        // The latest failure is shown first.
        var run = await cluster.RunWithInputAsync("what?\nr\nd\ns\nq\n", "dlq", "process", "--type", jobs.Type.Value);

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Equal(5, Count(run.Text, "[r]equeue/[d]iscard/[s]kip/[q]uit?"));
        Assert.EndsWith("1 queued again", run.Text.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(JobState.Error, (await cluster.Client.WaitForJobAsync(jobs.Ids[3], Cancel)).Status);
        Assert.False((await cluster.Client.InspectJobAsync(jobs.Ids[2], Cancel)).IsDeadLetter);
        Assert.True((await cluster.Client.InspectJobAsync(jobs.Ids[1], Cancel)).IsDeadLetter);
        Assert.True((await cluster.Client.InspectJobAsync(jobs.Ids[0], Cancel)).IsDeadLetter);
    }

    [Fact]
    public async Task Process_InputEnds_LeavesTheRest()
    {
        var jobs = await FailAsync(1);

        var run = await cluster.RunWithInputAsync("", "dlq", "process", "--type", jobs.Type.Value);

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.True((await cluster.Client.InspectJobAsync(jobs.Ids[0], Cancel)).IsDeadLetter);
    }

    [Fact]
    public async Task Requeue_WithAnotherPayload_Completes()
    {
        var jobs = await FailAsync(1);

        var run = await cluster.RunAsync("dlq", "requeue", jobs.Ids[0].Value, "--payload", """{"message":"mended"}""");

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Equal(JobState.Completed, (await cluster.Client.WaitForJobAsync(jobs.Ids[0], Cancel)).Status);
        Assert.Matches(@"\n1 +failed .*\n +requeued +attempts count from 1 again", (await cluster.RunAsync("jobs", "show", jobs.Ids[0].Value)).Text);
    }

    [Fact]
    public async Task List_AndDiscardAll_OfAType_TakesThoseOnly()
    {
        var (jobs, others) = (await FailAsync(3), await FailAsync(1));

        var listed = await cluster.RunAsync("dlq", "list", "--type", jobs.Type.Value, "--json");
        var discarded = await cluster.RunAsync("dlq", "discard", "--all", "--type", jobs.Type.Value, "--limit", "2");

        Assert.Equal(3, JsonElement.Parse(listed.Output).GetProperty("jobs").GetArrayLength());
        Assert.Equal("3 discarded", discarded.Text.Trim());
        Assert.True((await cluster.Client.InspectJobAsync(others.Ids[0], Cancel)).IsDeadLetter);
    }

    [Fact]
    public async Task ListAndProcess_NoDeadLetter_SaySo()
    {
        var type = await cluster.NewTypeAsync();

        Assert.Equal("There is no such dead letter.", (await cluster.RunAsync("dlq", "list", "--type", type.Value)).Text.Trim());
        Assert.Equal("There is no such dead letter.", (await cluster.RunAsync("dlq", "process", "--type", type.Value)).Text.Trim());
    }

    [Fact]
    public async Task Requeue_NeitherJobsNorAll_IsRefused()
    {
        var run = await cluster.RunAsync("dlq", "requeue");

        Assert.Equal((ExitCode.Usage, "Name jobs, or say --all and a filter."), (run.Code, run.Error.Trim()));
    }

    /// <summary>Has jobs of a type of their own fail, one after the other: their payload is no input of their worker's.</summary>
    private async Task<(JobType Type, IReadOnlyList<JobId> Ids)> FailAsync(int count)
    {
        var type = await cluster.NewEchoTypeAsync();
        var ids = new List<JobId>();
        for (var i = 0; i < count; i++)
        {
            var job = new Job { SchemaName = type, Payload = JsonElement.Parse("""{"message":5}""") };
            await cluster.Client.SubmitJobAsync(job, Cancel);
            Assert.Equal(JobState.Error, (await cluster.Client.WaitForJobAsync(job.Id, Cancel)).Status);
            ids.Add(job.Id);
        }

        return (type, ids);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
