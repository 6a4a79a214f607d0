using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Mindtrace.Cluster;
using Mindtrace.Jobs;

namespace Mindtrace.Docs.Tests.Guide;

[Collection(nameof(GuideCluster))]
public sealed class RoutingTests(GuideCluster guide)
{
    [Fact]
    public async Task Endpoint_RunsTheJob()
    {
        var cluster = guide.Client;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();

        #region endpoint-app
        app.MapPost("/run", (JsonElement job) => Results.Json(new
        {
            status = "completed",
            output = new { echoed = job.GetProperty("payload").GetProperty("message") },
        }));
        #endregion
        await app.StartAsync();
        var appUrl = new Uri(app.Urls.First());

        #region register-endpoint
        var endpointJob = new JobSchema<EchoInput, EchoOutput>("echo_by_endpoint");
        await cluster.RegisterAppAsync(AppName.Parse("echo"), appUrl);
        await cluster.RegisterJobToEndpointAsync(endpointJob.Type, "echo/run");

        var status = await cluster.SubmitJobAsync(endpointJob.CreateJob(new EchoInput { Message = "Hello gateway" }));
        Console.WriteLine($"{status.Status} by {status.WorkerId}");   // Completed by echo/run
        #endregion

        Assert.Equal((JobState.Completed, "echo/run"), (status.Status, status.WorkerId));
    }

    [Fact]
    public async Task PrelaunchedWorker_RunsTheJob()
    {
        var cluster = guide.Client;
        await using var worker = await guide.LaunchWorkerAsync();

        #region register-worker
        var echoDemo = new JobSchema<EchoInput, EchoOutput>("echo_demo");
        await cluster.RegisterJobToWorkerAsync(echoDemo.Type, worker.Url);

        var job = echoDemo.CreateJob(new EchoInput { Message = "Hello World" });
        await cluster.SubmitJobAsync(job);
        var status = await cluster.WaitForJobAsync(job.Id);
        Console.WriteLine($"{status.Status}: {status.Output}");
        #endregion

        Assert.Equal(JobState.Completed, status.Status);
    }

    [Fact]
    public async Task WorkerTypes_AreRegistered()
    {
        var cluster = guide.Client;

        #region register-git-worker
        await cluster.RegisterWorkerTypeAsync(new RegisterWorkerTypeRequest(WorkerTypeName.Parse("git_worker"), "MyWorker")
        {
            GitRepoUrl = new Uri("https://github.com/user/repo"),
            GitBranch = "main",
            GitWorkingDir = "worker",
            JobType = JobType.Parse("my_job"),
        });
        #endregion

        #region register-schema
        await cluster.RegisterJobSchemaToWorkerTypeAsync(JobType.Parse("another_job"), WorkerTypeName.Parse("git_worker"));
        #endregion

        var types = await guide.Manager.CallAsync(WorkerTypeOperations.ListWorkerTypes);
        var known = Assert.Single(types.WorkerTypes, type => type.WorkerType.Value == "git_worker");
        Assert.Equal("another_job", known.JobType?.Value);
    }
}
