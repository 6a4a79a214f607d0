using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;

namespace Mindtrace.Cluster.Tests.Manager;

/// <summary>Jobs that take too long, and code that does not stop, through a manager with a short grace.</summary>
public sealed class LimitTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cancel_CodeGoesOnBeyondTheGrace_IsCancelledAndItsNodeKillsTheWorker()
    {
        var space = new RedisKeySpace($"grace-{Guid.NewGuid():N}");
        await using var manager = StartManager(space);
        await using var node = await FakeNode.StartAsync();
        var code = new GatedWorker { IgnoresStops = true };
        var type = ClusterFixture.NewType("deaf");
        await using var worker = await WorkerProgram.StartAsync(fixture.Redis, code, space, ("Worker:NodeUrl", node.Url.AbsoluteUri));
        await manager.Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);
        var job = await manager.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "deaf" }), Cancel);
        var run = await code.NextRunAsync();

        Assert.False((await manager.Cluster.CancelJobAsync(job.JobId, Cancel)).Cancelled);
        var ended = await manager.Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();

        Assert.Equal((JobState.Cancelled, "cancelled on request"), (ended.Status, ended.Job.Error));
        Assert.Equal(worker.Id, await node.Killed.ReadAsync(Cancel).InTime());
        Assert.Equal(AttemptEnd.Stopped, Assert.Single((await manager.Cluster.InspectJobAsync(job.JobId, Cancel)).Attempts).End);

        // What it returns in the end is nobody's any more.
        run.Complete();
        var next = await manager.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "next" }), Cancel);
        (await code.NextRunAsync()).Complete();
        Assert.Equal(JobState.Completed, (await manager.Cluster.WaitForJobAsync(next.JobId, Cancel).InTime()).Status);
        Assert.Equal(JobState.Cancelled, (await manager.Cluster.GetJobStatusAsync(job.JobId, Cancel)).Status);
    }

    [Fact]
    public async Task WaitTimeout_NoWorkerTakesTheJob_IsAnErrorThatNamesTheLimit()
    {
        await using var manager = StartManager(new RedisKeySpace($"wait-{Guid.NewGuid():N}"));
        var type = ClusterFixture.NewType("unserved");
        await manager.Cluster.RegisterJobTypeAsync(type.Define() with { WaitTimeout = TimeSpan.FromSeconds(0.1) }, Cancel);
        var job = await manager.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "never" }), Cancel);

        var ended = await manager.Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();

        Assert.Equal((JobState.Error, "wait_timeout: no worker took the job within 0.1 s."), (ended.Status, ended.Job.Error));
        Assert.Equal(job.JobId, Assert.Single(await manager.Cluster.GetDeadLettersAsync(Cancel)).JobId);
    }

    [Fact]
    public async Task Timeout_CodeGoesOnBeyondTheGrace_FailsAndTheSlotIsNotTheJobsAnyMore()
    {
        var space = new RedisKeySpace($"overrun-{Guid.NewGuid():N}");
        await using var manager = StartManager(space);
        var code = new GatedWorker { IgnoresStops = true };
        var type = ClusterFixture.NewType("endless");
        await using var worker = await WorkerProgram.StartAsync(fixture.Redis, code, space);
        await manager.Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);
        var endless = type.CreateJob(new EchoInput { Message = "endless" }) with { Timeout = TimeSpan.FromSeconds(0.1) };
        await manager.Cluster.SubmitJobAsync(endless, Cancel);
        var run = await code.NextRunAsync();

        var ended = await manager.Cluster.WaitForJobAsync(endless.Id, Cancel).InTime();

        Assert.Equal((JobState.Failed, "timeout: the attempt ran longer than 0.1 s."), (ended.Status, ended.Job.Error));
        run.Complete();
    }

    [Fact]
    public async Task Submit_LimitOrBackoffOutOfRange_IsRefusedByName()
    {
        var refused = await Assert.ThrowsAsync<Services.OperationException>(() => fixture.Cluster.RegisterJobTypeAsync(
            new JobTypeDefinition(ClusterFixture.NewType("bad").Type) { MaxDeaths = -1 }, Cancel));
        Assert.Contains("max_deaths", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<Services.OperationException>(() => fixture.Cluster.RegisterJobTypeAsync(
            new JobTypeDefinition(ClusterFixture.NewType("bad").Type) { Backoff = new JobBackoff { Factor = 0.5 } }, Cancel));
        Assert.Contains("backoff.factor", refused.Message, StringComparison.Ordinal);
    }

    private ManagerProgram StartManager(RedisKeySpace space) => ManagerProgram.Start(
        fixture.Redis, space, ("Jobs:CancelGrace", "00:00:01"), ("Jobs:LimitInterval", "00:00:00.1"));

    /// <summary>A node, as far as it is asked to kill workers.</summary>
    private sealed class FakeNode(WebApplication app, ChannelReader<string> killed) : IAsyncDisposable
    {
        public Uri Url => new(app.Urls.First());

        public ChannelReader<string> Killed { get; } = killed;

        public static async Task<FakeNode> StartAsync()
        {
            var killed = Channel.CreateUnbounded<string>();
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.MapGet("/alive", () => Results.Ok());
            app.MapPost("/kill_worker", (JsonElement request) =>
            {
                killed.Writer.TryWrite(request.GetProperty("worker_id").GetString()!);
                return Results.Text("null", "application/json");
            });
            await app.StartAsync(Cancel);
            return new FakeNode(app, killed.Reader);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
