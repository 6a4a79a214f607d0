using System.Text.Json;
using Mindtrace.Cluster.Tests.Workers;
using Mindtrace.Jobs;
using Mindtrace.Services;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Role = Mindtrace.Services.Role;

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

        // The tests beside this one have job types of their own.
        var ofOperations = tools.Select(tool => tool.Name).Where(name => !name.StartsWith("run_", StringComparison.Ordinal));
        Assert.Equal(operations.Endpoints.Except(["shutdown", "upload_worker_package"]).Order(), ofOperations.Order());
        Assert.All([flat, wrapped], answer =>
            Assert.Equal(job.GetProperty("id").GetString(), answer.StructuredContent!.Value.GetProperty("job_id").GetString()));
    }

    [Fact]
    public async Task JobTypeWithASchema_SubmittersAdmitted_IsAToolThatRunsIt()
    {
        var type = await NewTypeAsync("tool");
        await using var worker = await fixture.StartWorkerAsync(new EchoWorker(TimeProvider.System), type.Type);
        await using var manager = ManagerProgram.Start(fixture.Redis, settings: ("Mcp:Roles", "submitter"));
        await using var client = await ConnectAsync(manager);

        var tool = Assert.Single(await client.ListToolsAsync(cancellationToken: Cancel), tool => tool.Name == ToolOf(type));
        var answer = await client.CallToolAsync(tool.Name, new Dictionary<string, object?> { ["message"] = "asked for by a model" }, cancellationToken: Cancel);
        var refused = await client.CallToolAsync(tool.Name, new Dictionary<string, object?> { ["message"] = 5 }, cancellationToken: Cancel);

        Assert.StartsWith("Says again what it was told.", tool.Description, StringComparison.Ordinal);
        Assert.Equal("string", tool.JsonSchema.GetProperty("properties").GetProperty("message").GetProperty("type").GetString());
        var status = JobOf(answer);
        Assert.Equal(("completed", "asked for by a model"), (status.GetProperty("status").GetString(), status.GetProperty("output").GetProperty("echoed").GetString()));
        Assert.True(refused.IsError);
        Assert.Equal(422, JobOf(refused).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task LongJob_IsStartedAskedForAndCancelled()
    {
        var type = await NewTypeAsync("long");
        var code = new GatedWorker();
        await using var worker = await fixture.StartWorkerAsync(code, type.Type);
        await using var manager = ManagerProgram.Start(fixture.Redis, settings: [("Mcp:Roles", "submitter"), ("Mcp:Jobs:WaitTime", "00:00:00")]);
        await using var client = await ConnectAsync(manager);

        var first = JobOf(await client.CallToolAsync(ToolOf(type), new Dictionary<string, object?> { ["message"] = "one" }, cancellationToken: Cancel));
        (await code.NextRunAsync()).Complete();
        var ended = JobOf(await client.CallToolAsync("wait_for_job", Naming(first), cancellationToken: Cancel));
        var second = JobOf(await client.CallToolAsync(ToolOf(type), new Dictionary<string, object?> { ["message"] = "two" }, cancellationToken: Cancel));
        await code.NextRunAsync();
        await client.CallToolAsync("cancel_job", Naming(second), cancellationToken: Cancel);
        var cancelled = JobOf(await client.CallToolAsync("wait_for_job", Naming(second), cancellationToken: Cancel));

        Assert.Contains(first.GetProperty("status").GetString(), (string[])["queued", "running"]);
        Assert.Equal("completed", ended.GetProperty("status").GetString());
        Assert.Equal("cancelled", cancelled.GetProperty("status").GetString());

        static Dictionary<string, object?> Naming(JsonElement job) => new() { ["job_id"] = job.GetProperty("job_id").GetString() };
    }

    [Fact]
    public async Task JobTypeTools_WithoutRoleOrByDefault_AreNotOffered()
    {
        var type = await NewTypeAsync("hidden");
        await using var manager = ManagerProgram.Start(fixture.Redis, settings: ("Mcp:Roles", "submitter"));
        var viewer = KeyName.Parse($"viewer-{Guid.NewGuid():N}");
        var key = (await fixture.Cluster.CreateKeyAsync(new CreateKeyRequest(viewer, [Role.Viewer]), Cancel)).Key;
        await using var asViewer = await ConnectAsync(manager, key);
        await using var byDefault = await ConnectAsync(fixture.Manager);

        foreach (var client in new[] { asViewer, byDefault })
        {
            Assert.DoesNotContain(await client.ListToolsAsync(cancellationToken: Cancel), tool => tool.Name.StartsWith("run_", StringComparison.Ordinal));
            await Assert.ThrowsAsync<McpProtocolException>(() =>
                client.CallToolAsync(ToolOf(type), new Dictionary<string, object?> { ["message"] = "no" }, cancellationToken: Cancel).AsTask());
        }
    }

    private async Task<JobSchema<EchoInput, EchoOutput>> NewTypeAsync(string name)
    {
        var type = ClusterFixture.NewType(name);
        await fixture.Cluster.RegisterJobTypeAsync(type.Define() with { Description = "Says again what it was told." }, Cancel);
        return type;
    }

    private static string ToolOf(JobSchema<EchoInput, EchoOutput> type) => $"run_{type.Type}";

    private static JsonElement JobOf(CallToolResult answer) => JsonElement.Parse(Assert.IsType<TextContentBlock>(Assert.Single(answer.Content)).Text);

    private static Task<McpClient> ConnectAsync(ManagerProgram manager, string? key = null) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(manager.Url, "mcp-server/mcp/"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer " + (key ?? ManagerProgram.ApiKey) },
        }),
        cancellationToken: Cancel);
}
