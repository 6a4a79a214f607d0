using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Cluster.Tests.Gateway;
using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Workers;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>What is registered: forgotten on request only.</summary>
public abstract partial class ClusterBehaviours
{
    // Queued jobs are forgotten with their messages, which the original leaves in the queues to fail later.
    [Fact]
    public async Task ClearDatabases_EmptiesAllFiveStores()
    {
        var space = new RedisKeySpace($"cleared-{Guid.NewGuid():N}");
        await using var manager = cluster.StartManager(space);
        var own = manager.Cluster;
        await own.ClearDatabasesAsync(Cancel);
        var (type, code) = (NewType(), new GatedWorker());
        var name = WorkerTypeName.Parse($"cleared-{Guid.NewGuid():N}");
        await own.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(name, nameof(EchoWorker)) { JobType = type.Type }, Cancel);
        await own.RegisterJobTypeAsync(type.Define(), Cancel);
        var queued = await own.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "gone" }), Cancel);
        var bad = await own.SubmitJobAsync(new Job { SchemaName = NewType().Type, Payload = JobsJson.EmptyObject }, Cancel);

        // What is empty already, or empty in part, is cleared as well.
        for (var turn = 0; turn < 2; turn++)
        {
            await own.ClearDatabasesAsync(Cancel);

            Assert.Empty((await own.ListJobsAsync(new ListJobsRequest(), Cancel)).Jobs);
            Assert.Empty(await own.ListJobTypesAsync(Cancel));
            Assert.Empty(await own.GetDeadLettersAsync(Cancel));
            Assert.Empty(await own.ListWorkersAsync(Cancel));
            Assert.Null(await manager.Services.GetRequiredService<WorkerTypeCatalog>().FindJobTypeAsync(name, Cancel));
            foreach (var id in new[] { bad.JobId, queued.JobId })
            {
                Assert.Equal(404, (await Assert.ThrowsAsync<OperationException>(() => own.GetJobStatusAsync(id, Cancel))).Status);
            }

            Assert.Equal(JobState.Error, (await own.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "no route" }), Cancel)).Status);
        }

        await using var worker = await cluster.StartWorkerAsync(code, space);
        await own.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel);
        var next = await own.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "next" }), Cancel);
        var run = await code.NextRunAsync();
        run.Complete();
        await own.WaitForJobAsync(next.JobId, Cancel).InTime();
        Assert.Equal((next.JobId, 1), (run.Context.JobId, code.Runs));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ManagerRestart_LosesNoRegistration(bool isKilled)
    {
        var nodeUrl = new Uri($"http://127.0.0.1:9/{Guid.NewGuid():N}");
        var (consumed, waiting, bound, called) = (NewType(), NewType(), NewType(), NewType());
        var name = WorkerTypeName.Parse($"restart-{Guid.NewGuid():N}");
        var code = new GatedWorker();
        await using var worker = await cluster.StartWorkerAsync(code);
        await using var app = await TestApp.StartAsync(context => context.Response.WriteAsync("""{"output":{"echoed":"by the app"}}""", Cancel));
        var failed = consumed.CreateJob(new EchoInput { Message = "fails" });
        var completed = consumed.CreateJob(new EchoInput { Message = "done" });
        var queued = waiting.CreateJob(new EchoInput { Message = "waits" });

        if (isKilled)
        {
            await using var before = await cluster.StartManagerProcessAsync();
            await RegisterAsync(before.Cluster);
        }
        else
        {
            await using var before = cluster.StartManager();
            await RegisterAsync(before.Cluster);
        }

        await using var after = cluster.StartManager();
        var again = after.Cluster;
        Assert.Contains(new RegisteredApp(app.Name, app.Url), await again.ListAppsAsync(Cancel));
        var types = (await again.ListJobTypesAsync(Cancel)).ToDictionary(type => type.JobType);
        Assert.All(new[] { consumed, waiting, bound, called }, type => Assert.True(types[type.Type].HasRoute));
        Assert.Equal(($"{app.Name}/run", (int?)7), (types[called.Type].Endpoint, types[waiting.Type].Definition?.MaxAttempts));
        var workerTypes = after.Services.GetRequiredService<WorkerTypeCatalog>();
        Assert.True(await workerTypes.ExistsAsync(name, Cancel));
        Assert.Equal(bound.Type, await workerTypes.FindJobTypeAsync(name, Cancel));
        Assert.Contains(await again.ListNodesAsync(Cancel), node => node.NodeUrl == nodeUrl);
        var known = Assert.Single(await again.ListWorkersAsync(Cancel), known => known.WorkerId == worker.Id);
        Assert.Equal((consumed.Type.Value, WorkerState.Idle), (known.WorkerType, known.Status));
        Assert.Equal(JobState.Completed, (await again.GetJobStatusAsync(completed.Id, Cancel)).Status);
        Assert.Contains(await again.GetDeadLettersAsync(Cancel), letter => letter.JobId == failed.Id);
        Assert.Equal(JobState.Queued, (await again.GetJobStatusAsync(queued.Id, Cancel)).Status);

        // And all of it still works.
        var answered = await again.SubmitJobAsync(called.CreateJob(new EchoInput { Message = "" }), Cancel).InTime();
        Assert.Equal("by the app", called.ReadOutput(answered.Output)!.Echoed);
        await again.RequeueDeadLetterAsync(failed.Id, Cancel);
        (await code.NextRunAsync()).Complete();
        Assert.Equal(JobState.Completed, (await again.WaitForJobAsync(failed.Id, Cancel).InTime()).Status);
        await again.RegisterJobToWorkerAsync(waiting.Type, worker.Url, Cancel);
        (await code.NextRunAsync()).Complete();
        Assert.Equal(JobState.Completed, (await again.WaitForJobAsync(queued.Id, Cancel).InTime()).Status);
        await again.UnregisterNodeAsync(nodeUrl, Cancel);

        async Task RegisterAsync(ClusterClient own)
        {
            await own.RegisterJobToWorkerAsync(consumed.Type, worker.Url, Cancel);
            await own.SubmitJobAsync(failed, Cancel);
            (await code.NextRunAsync()).Result.SetException(new JobFailedException("out of paper"));
            await own.WaitForJobAsync(failed.Id, Cancel).InTime();
            await own.SubmitJobAsync(completed, Cancel);
            (await code.NextRunAsync()).Complete();
            await own.WaitForJobAsync(completed.Id, Cancel).InTime();
            await own.RegisterAppAsync(app.Name, app.Url, Cancel);
            await own.RegisterJobToEndpointAsync(called.Type, $"{app.Name}/run", Cancel);
            await own.RegisterNodeAsync(new RegisterNodeRequest(nodeUrl), Cancel);
            await own.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(name, nameof(EchoWorker)) { JobType = bound.Type }, Cancel);
            await own.RegisterJobTypeAsync(waiting.Define() with { MaxAttempts = 7 }, Cancel);
            await own.SubmitJobAsync(queued, Cancel);
        }
    }
}
