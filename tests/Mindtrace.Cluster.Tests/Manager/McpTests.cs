using System.Text.Json;
using Mindtrace.Services;
using ModelContextProtocol.Client;

namespace Mindtrace.Cluster.Tests.Manager;

public sealed class McpTests(ClusterFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Manager_OffersItsReadingOperationsAsTools()
    {
        var type = ClusterFixture.NewType("mcp");
        await fixture.RouteAsync(type.Type);
        var job = type.CreateJob(new EchoInput { Message = "asked for by a model" });
        await fixture.Cluster.SubmitJobAsync(job, Cancel);
        await using var client = await ConnectAsync(fixture.Manager);

        var tools = (await client.ListToolsAsync(cancellationToken: Cancel)).ToDictionary(tool => tool.Name, tool => tool.ProtocolTool);
        var known = await client.CallToolAsync("get_job_status", new Dictionary<string, object?> { ["job_id"] = job.Id.Value }, cancellationToken: Cancel);
        var unknown = await client.CallToolAsync("get_job_status", new Dictionary<string, object?> { ["job_id"] = "no-such-job" }, cancellationToken: Cancel);

        Assert.Superset(
            new HashSet<string> { "status", "heartbeat", "endpoints", "get_job_status", "wait_for_job", "list_workers", "get_dlq_jobs" }, tools.Keys.ToHashSet());
        Assert.DoesNotContain("submit_job", tools.Keys);
        Assert.Equal("string", tools["get_job_status"].InputSchema.GetProperty("properties").GetProperty("job_id").GetProperty("type").GetString());
        Assert.Equal("queued", known.StructuredContent!.Value.GetProperty("status").GetString());
        Assert.True(unknown.IsError);
    }

    [Fact]
    public async Task Manager_AllRolesAdmitted_OffersEveryOperationWhoseInputAndAnswerAreJson()
    {
        var type = ClusterFixture.NewType("mcp");
        await fixture.RouteAsync(type.Type);
        await using var manager = ManagerProgram.Start(fixture.Redis, settings: ("Mcp:Roles", string.Join(',', Enum.GetNames<Role>())));
        await using var client = await ConnectAsync(manager);
        var job = JsonSerializer.SerializeToElement(type.CreateJob(new EchoInput { Message = "sent by a model" }), JobOperations.SubmitJob.RequestJson);

        var operations = await manager.Service.CallAsync(ServiceOperations.Endpoints, Cancel);
        var tools = await client.ListToolsAsync(cancellationToken: Cancel);
        var flat = await client.CallToolAsync(
            "submit_job", job.EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value), cancellationToken: Cancel);
        var wrapped = await client.CallToolAsync("submit_job", new Dictionary<string, object?> { ["payload"] = job }, cancellationToken: Cancel);

        Assert.Equal(operations.Endpoints.Except(["shutdown", "upload_worker_package"]).Order(), tools.Select(tool => tool.Name).Order());
        Assert.All([flat, wrapped], answer =>
            Assert.Equal(job.GetProperty("id").GetString(), answer.StructuredContent!.Value.GetProperty("job_id").GetString()));
    }

    private static Task<McpClient> ConnectAsync(ManagerProgram manager) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(manager.Url, "mcp-server/mcp/"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer " + ManagerProgram.ApiKey },
        }),
        cancellationToken: Cancel);
}
