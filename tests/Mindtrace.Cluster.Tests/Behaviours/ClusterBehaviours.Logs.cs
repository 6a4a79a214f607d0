using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>What jobs print.</summary>
public abstract partial class ClusterBehaviours
{
    [Fact]
    public async Task JobLogs_AreFollowedWhileTheJobRunsAndReadAfterwards()
    {
        var (type, code) = (NewType(), new GatedWorker());
        await using var worker = await cluster.StartWorkerAsync(code, type.Type);
        var job = await SubmitAsync(type, "prints");
        var run = await code.NextRunAsync();
        await run.Context.WriteLineAsync("cloned", JobLogStream.Environment, Cancel);
        await using var lines = Cluster.FollowJobLogsAsync(new JobLogsRequest(job.JobId), Cancel).GetAsyncEnumerator(Cancel);

        Assert.True(await lines.MoveNextAsync().InTime());
        Assert.Equal((1, 1, JobLogStream.Environment, "cloned"), (lines.Current.Number, lines.Current.Attempt, lines.Current.Stream, lines.Current.Line));
        await run.Context.WriteLineAsync("half way ü", cancellationToken: Cancel);
        Assert.True(await lines.MoveNextAsync().InTime());
        Assert.Equal((2, JobLogStream.Stdout, "half way ü"), (lines.Current.Number, lines.Current.Stream, lines.Current.Line));
        await run.Context.WriteLineAsync("done", JobLogStream.Stderr, Cancel);
        run.Complete();
        Assert.True(await lines.MoveNextAsync().InTime());
        Assert.Equal((3, "done"), (lines.Current.Number, lines.Current.Line));
        Assert.False(await lines.MoveNextAsync().InTime());

        Assert.Equal(["cloned", "half way ü", "done"], await ReadAsync(new JobLogsRequest(job.JobId)));
        await WaitUntilMovedAsync(job.JobId);
        Assert.Equal(["cloned", "half way ü", "done"], await ReadAsync(new JobLogsRequest(job.JobId)));
        Assert.Equal(["done"], await ReadAsync(new JobLogsRequest(job.JobId) { Stream = JobLogStream.Stderr }));
        Assert.Equal(["half way ü"], await ReadAsync(new JobLogsRequest(job.JobId) { After = 1, Lines = 1 }));
        Assert.Equal(["done"], await Cluster.FollowJobLogsAsync(new JobLogsRequest(job.JobId) { Lines = 1 }, Cancel).Select(line => line.Line).ToListAsync(Cancel));
    }

    [Fact]
    public async Task JobLogs_OfAnUnknownJob_Are404()
    {
        var request = new JobLogsRequest(JobId.New());
        var read = await Assert.ThrowsAsync<OperationException>(() => Cluster.GetJobLogsAsync(request, Cancel));
        var followed = await Assert.ThrowsAsync<OperationException>(async () => await Cluster.FollowJobLogsAsync(request, Cancel).ToListAsync(Cancel));
        Assert.Equal((404, "urn:mindtrace:problem:job-not-found"), (read.Status, read.ProblemType));
        Assert.Equal((404, "urn:mindtrace:problem:job-not-found"), (followed.Status, followed.ProblemType));
    }

    private protected async Task<IEnumerable<string>> ReadAsync(JobLogsRequest request) => (await Cluster.GetJobLogsAsync(request, Cancel)).Select(line => line.Line);

    /// <summary>Waits until all that a job has printed is in the registry's store. Nobody tells, so this asks.</summary>
    private async Task WaitUntilMovedAsync(JobId id)
    {
        var logs = cluster.Manager.Services.GetRequiredService<IJobLogStore>();
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await logs.ReadAsync(id, 1, Cancel) is { Latest: not [] } or { Moved: [] })
        {
            await look.WaitForNextTickAsync(Cancel).InTime();
        }
    }
}
