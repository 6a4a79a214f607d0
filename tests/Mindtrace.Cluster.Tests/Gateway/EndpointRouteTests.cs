using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Gateway;

/// <summary>Which road the jobs of a type go, and where it leads.</summary>
public sealed class EndpointRouteTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Fact]
    public Task RegisterToEndpoint_ReplacesOldRoute() => AssertReplacesAsync("worker", "endpoint");

    [Fact]
    public Task RegisterToWorker_ReplacesOldRoute() => AssertReplacesAsync("endpoint", "worker");

    [Fact]
    public async Task RegisterToEndpoint_JobWaitsInTheQueue_KeepsItsRoad()
    {
        var type = ClusterFixture.NewType("road");
        await fixture.RouteAsync(type.Type);
        var queued = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "queued" }), Cancel);

        await Cluster.RegisterJobToEndpointAsync(type.Type, $"{TestApp.NewName()}/run", Cancel);
        await using var worker = await WorkerProgram.StartAsync(fixture.Redis, new EchoWorker(TimeProvider.System));
        using var http = new HttpClient();
        await new ServiceClient(http, worker.Url, ManagerProgram.ApiKey).CallAsync(
            WorkerOperations.ConnectToCluster, new ConnectToClusterRequest(type.Type), Cancel);

        var ended = await Cluster.WaitForJobAsync(queued.JobId, Cancel).InTime();
        Assert.Equal((JobState.Completed, worker.Id), (ended.Status, ended.WorkerId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a b/run")]
    [InlineData("@orchestrator")]
    [InlineData("http://127.0.0.1/run")]
    [InlineData("echo/../run")]
    [InlineData("echo/%2e%2e/run")]
    [InlineData("echo/run#part")]
    public async Task RegisterToEndpoint_EndpointIsNoGatewayPath_IsRefused(string endpoint)
    {
        var refused = await Assert.ThrowsAsync<OperationException>(
            () => Cluster.RegisterJobToEndpointAsync(ClusterFixture.NewType("refused").Type, endpoint, Cancel));

        Assert.Equal((422, "endpoint"), (refused.Status, Assert.Single(refused.Errors).Key));
    }

    [Theory]
    [InlineData("", "", "/")]
    [InlineData("/base", "/a/b", "/base/a/b")]
    [InlineData("/base/", "/a%20b?x=1&y=%2F", "/base/a%20b?x=1&y=%2F")]
    public async Task Endpoint_PathAndQuery_AreBelowTheUrlOfTheApp(string basePath, string below, string expected)
    {
        var target = "";
        await using var app = await TestApp.StartAsync(context =>
        {
            target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
            return Task.CompletedTask;
        });
        await Cluster.RegisterAppAsync(app.Name, new Uri(app.Url.GetLeftPart(UriPartial.Authority) + basePath), Cancel);
        var type = ClusterFixture.NewType("path");
        await Cluster.RegisterJobToEndpointAsync(type.Type, app.Name + below, Cancel);

        var status = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "where" }), Cancel).InTime();

        Assert.Equal((JobState.Completed, expected), (status.Status, target));
    }

    private async Task AssertReplacesAsync(string first, string second)
    {
        var type = ClusterFixture.NewType("switch");
        await using var app = await TestApp.StartAsync(Cluster, context => context.Response.WriteAsync("""{"output":{"echoed":"endpoint"}}""", Cancel));
        await using var worker = await WorkerProgram.StartAsync(fixture.Redis, new EchoWorker(TimeProvider.System));
        foreach (var road in new[] { first, second })
        {
            await (road == "worker"
                ? Cluster.RegisterJobToWorkerAsync(type.Type, worker.Url, Cancel)
                : Cluster.RegisterJobToEndpointAsync(type.Type, $"{app.Name}/run", Cancel));

            var job = await Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "worker" }), Cancel).InTime();
            var ended = await Cluster.WaitForJobAsync(job.JobId, Cancel).InTime();
            Assert.Equal(road, type.ReadOutput(ended.Output)!.Echoed);
        }
    }
}
