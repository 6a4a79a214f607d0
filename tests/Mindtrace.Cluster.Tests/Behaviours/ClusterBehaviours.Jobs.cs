using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Mindtrace.Cluster.Tests.Gateway;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Behaviours;

/// <summary>Jobs and the roads that they go.</summary>
public abstract partial class ClusterBehaviours
{
    [Fact]
    public async Task EndpointRoute_AnswersCompletedAtOnce()
    {
        var received = JsonElement.Parse("{}");
        var (method, path) = ("", "");
        await using var app = await TestApp.StartAsync(Cluster, async context =>
        {
            (method, path) = (context.Request.Method, context.Request.Path.Value!);
            received = await context.Request.ReadFromJsonAsync<JsonElement>(Cancel);
            var message = received.GetProperty("payload").GetProperty("message").GetString();
            await context.Response.WriteAsJsonAsync(new { status = "completed", output = new { echoed = message } }, Cancel);
        });
        var type = await app.RouteAsync(Cluster);

        var status = await SubmitAsync(type, "hello");

        Assert.Equal((JobState.Completed, $"{app.Name}/run", "hello"), (status.Status, status.WorkerId, type.ReadOutput(status.Output)!.Echoed));
        Assert.Equal((1, (string?)null), (status.Job.Attempt, status.Job.Error));
        Assert.NotNull(status.Job.CompletedAt);
        Assert.Equal(("POST", "/run"), (method, path));
        Assert.Equal(
            (status.JobId.Value, type.Type.Value), (received.GetProperty("id").GetString(), received.GetProperty("schema_name").GetString()));
        var stored = await Cluster.GetJobStatusAsync(status.JobId, Cancel);
        Assert.Equal((status.Status, status.WorkerId, status.Output.GetRawText()), (stored.Status, stored.WorkerId, stored.Output.GetRawText()));
    }

    [Fact]
    public async Task PrelaunchedWorker_ConsumesAndReports()
    {
        var type = NewType();
        await using var worker = await cluster.StartWorkerAsync(NewEchoWorker(), type.Type);
        await AssertAtRestAsync(worker, type.Type);

        var completed = await EchoAsync(type, "hello");

        Assert.Equal(worker.Id, completed.WorkerId);
        await AssertAtRestAsync(worker, type.Type);
    }

    [Fact]
    public async Task ThreeJobs_OneWorker_EachKeepsItsOutput()
    {
        var type = NewType();
        await using var worker = await cluster.StartWorkerAsync(NewEchoWorker(), type.Type);
        Assert.Equal(WorkerState.Idle, (await Cluster.QueryWorkerStatusAsync(worker.Id, Cancel)).Status);
        string[] messages = ["one", "two", "three"];

        var jobs = await Task.WhenAll(messages.Select(message => SubmitAsync(type, message)));

        Assert.All(jobs, job => Assert.Equal(JobState.Queued, job.Status));
        foreach (var (job, message) in jobs.Zip(messages))
        {
            await AssertEchoedAsync(type, job, message);
        }

        Assert.Equal(WorkerState.Idle, (await Cluster.QueryWorkerStatusAsync(worker.Id, Cancel)).Status);
    }

    [Fact]
    public async Task WorkerShutDownBeforeSubmit_JobIsQueued()
    {
        var type = NewType();
        await (await cluster.StartWorkerAsync(NewEchoWorker(), type.Type)).DisposeAsync();

        var job = await SubmitAsync(type, "waits");

        Assert.Equal(JobState.Queued, job.Status);
        Assert.Equal((JobState.Queued, ""), await StateAsync(job));

        async Task<(JobState State, string Worker)> StateAsync(JobStatus of)
        {
            var status = await Cluster.GetJobStatusAsync(of.JobId, Cancel);
            return (status.Status, status.WorkerId);
        }
    }

    [Fact]
    public async Task BindingToUnknownWorkerType_SucceedsAndRoutesNothing()
    {
        var type = NewType();
        await Cluster.RegisterJobSchemaToWorkerTypeAsync(type.Type, WorkerTypeName.Parse("never-registered"), Cancel);

        var status = await SubmitAsync(type, "nowhere");

        Assert.Equal(JobState.Error, status.Status);
        Assert.Equal($$"""{"error":"No job schema targeting found for job type {{type.Type}}"}""", status.Output.GetRawText());
    }
}
