using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Mindtrace.Services.Tests;

public sealed record Letter(string Text, JsonElement? Payload = null);

public sealed record Parcels(JsonElement Payload);

public sealed class ToolTests : IAsyncLifetime
{
    private static readonly Operation<Letter, Letter> Echo = new("echo", Role.Viewer) { Description = "Sends it back.", Tool = true };
    private static readonly Operation<Parcels, Parcels> EchoPayload = new("echo_payload", Role.Viewer) { Tool = true };
    private static readonly Operation<FaultRequest, Unit> FailToRead = new("fail_to_read", Role.Viewer) { Tool = true };
    private static readonly Operation<Unit, IReadOnlyList<string>> ListNames = new("list_names", Role.Viewer) { Tool = true };
    private SampleService _service = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _service = await StartAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData("mcp-server/mcp")]
    [InlineData("mcp-server/mcp/")]
    public async Task List_HoldsWhatIsMarkedAndReadsOnly(string path)
    {
        await using var client = await ConnectAsync(_service, path);

        var tools = await client.ListToolsAsync(cancellationToken: Cancel);

        Assert.Equal(["endpoints", "status", "heartbeat", "echo", "echo_payload", "fail_to_read", "list_names"], tools.Select(tool => tool.Name));
        Assert.All(tools, tool => Assert.True(tool.ProtocolTool.Annotations!.ReadOnlyHint));
        Assert.Equal(SampleService.ClassName, client.ServerInfo!.Name);
    }

    [Fact]
    public async Task Call_AnswersLikeHttp()
    {
        await using var client = await ConnectAsync(_service);

        var heartbeat = await CallAsync(client, "heartbeat", "{}");
        var http = await _service.PostAsync("heartbeat", null);

        Assert.Equal(http.Body, Text(heartbeat));
        Assert.Equal(http.Body, heartbeat.StructuredContent!.Value.GetRawText());
    }

    [Theory]
    [InlineData("""{"text":"hello","payload":[1]}""", """{"text":"hello","payload":[1]}""")]
    [InlineData("""{"payload":{"text":"wrapped","payload":{"a":1}}}""", """{"text":"wrapped","payload":{"a":1}}""")]
    [InlineData("""{"text":"one","payload":{"text":"two"}}""", """{"text":"one","payload":{"text":"two"}}""")]
    public async Task Echo_TakesArgumentsFlatOrAsPayload(string arguments, string answer)
    {
        await using var client = await ConnectAsync(_service);

        var result = await CallAsync(client, "echo", arguments);

        Assert.NotEqual(true, result.IsError);
        Assert.Equal(answer, Text(result));
    }

    [Fact]
    public async Task PayloadThatTheRequestItselfHas_IsNotUnwrapped()
    {
        await using var client = await ConnectAsync(_service);

        var result = await CallAsync(client, "echo_payload", """{"payload":{"payload":1}}""");

        Assert.Equal("""{"payload":{"payload":1}}""", Text(result));
    }

    [Fact]
    public async Task AnswerThatIsNoObject_IsTextOnly()
    {
        await using var client = await ConnectAsync(_service);

        var result = await CallAsync(client, "list_names", "{}");

        Assert.Equal("""["Ada"]""", Text(result));
        Assert.Null(result.StructuredContent);
    }

    [Theory]
    [InlineData("{}", "text", "is required")]
    [InlineData("""{"text":5}""", "text", "must be a string")]
    [InlineData("""{"payload":{"text":null}}""", "text", "must be a string, not null")]
    public async Task FaultyArguments_AreNamed(string arguments, string field, string error)
    {
        await using var client = await ConnectAsync(_service);

        var problem = Problem(await CallAsync(client, "echo", arguments), "invalid-request");

        Assert.StartsWith(error, problem.GetProperty("errors").GetProperty(field)[0].GetString());
    }

    [Fact]
    public async Task TooManyBytes_AreRefused()
    {
        await using var client = await ConnectAsync(_service);

        var result = await CallAsync(client, "echo", $$"""{"text":"{{new string('x', SampleService.MaxRequestBytes)}}"}""");

        Problem(result, "request-too-large");
    }

    [Theory]
    [InlineData("refused", "order-refused", "the cellar is empty")]
    [InlineData("", "internal-error", "fault in the service")]
    public async Task FailedHandler_IsAProblemWithoutItsInsides(string kind, string slug, string detail)
    {
        await using var client = await ConnectAsync(_service);

        var result = await CallAsync(client, "fail_to_read", $$"""{"kind":"{{kind}}"}""");

        var problem = Problem(result, slug);
        Assert.Contains(detail, problem.GetProperty("detail").GetString());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.DoesNotContain("hunter2", Text(result));
        Assert.DoesNotContain("   at ", Text(result));
    }

    [Fact]
    public async Task Schema_SaysWhatTheRequestSays()
    {
        await using var service = await StartAsync(("Mcp:Roles", "submitter"));
        await using var client = await ConnectAsync(service);

        var tool = (await client.ListToolsAsync(cancellationToken: Cancel)).Single(tool => tool.Name == "place_order").ProtocolTool;

        Assert.Equal("Places an order.", tool.Description);
        Assert.Equal(["order_id", "customer"], tool.InputSchema.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        var fields = tool.InputSchema.GetProperty("properties");
        Assert.Equal("string", fields.GetProperty("order_id").GetProperty("type").GetString());
        Assert.Equal(["not_urgent", "urgent"], fields.GetProperty("urgency").GetProperty("enum").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("""["string","null"]""", fields.GetProperty("shelf").GetProperty("type").GetRawText());
        Assert.Equal("integer", fields.GetProperty("customer").GetProperty("properties").GetProperty("age").GetProperty("type").GetString());
        Assert.Equal("object", tool.OutputSchema!.Value.GetProperty("type").GetString());
    }

    [Fact]
    public async Task SwitchedOnRole_BringsAllItsOperations()
    {
        await using var service = await StartAsync(("Mcp:Roles", "Submitter, ADMIN"));
        await using var client = await ConnectAsync(service);

        var tools = (await client.ListToolsAsync(cancellationToken: Cancel)).Select(tool => tool.Name).ToList();
        var placed = await CallAsync(client, "place_order", """{"order_id":"1","customer":{"first_name":"Ada","age":36}}""");
        var cleared = await CallAsync(client, "clear_orders", "{}");

        Assert.Superset(new HashSet<string> { "place_order", "book_room", "clear_orders", "status" }, tools.ToHashSet());
        Assert.DoesNotContain("fail", tools);
        Assert.DoesNotContain("shutdown", tools);
        Assert.Equal("1", placed.StructuredContent!.Value.GetProperty("order_id").GetString());
        Assert.Equal("null", Text(cleared));
    }

    [Fact]
    public async Task CallerWithoutTheRole_NeitherSeesNorCallsTheTool()
    {
        await using var service = await StartAsync(
            builder => builder.Services.AddSingleton<IClaimsTransformation, OnlyViewer>(), ("Mcp:Roles", "admin"));
        await using var client = await ConnectAsync(service);

        var tools = (await client.ListToolsAsync(cancellationToken: Cancel)).Select(tool => tool.Name);
        await Assert.ThrowsAsync<McpProtocolException>(() => CallAsync(client, "clear_orders", "{}"));

        Assert.Contains("status", tools);
        Assert.DoesNotContain("clear_orders", tools);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer another-key-0123456789")]
    public async Task WithoutTheKey_Is401(string? authorization)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_service.Address, "mcp-server/mcp/"))
        {
            Content = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        var answer = await Answer.OfAsync(await http.SendAsync(request, Cancel));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        answer.AssertProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task Path_IsConfigurable()
    {
        await using var service = await StartAsync(("Mcp:Path", "/tools/"));
        await using var client = await ConnectAsync(service, "tools");

        var echo = await CallAsync(client, "echo", """{"text":"here"}""");
        var elsewhere = await service.PostAsync("mcp-server/mcp", "{}");

        Assert.Equal("""{"text":"here","payload":null}""", Text(echo));
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.Status);
    }

    [Theory]
    [InlineData("Mcp:Roles", "viewer,boss", "'boss'")]
    [InlineData("Mcp:Path", "tools", "Mcp:Path must be a path")]
    public async Task WrongSetting_StopsTheStart(string key, string value, string message)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync((key, value)));

        Assert.Contains(message, failure.Message);
    }

    [Fact]
    public async Task PathOfAnOperation_StopsTheStart()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(("Mcp:Path", "/status/")));

        Assert.Contains("path of an operation", failure.Message);
    }

    private static Task<SampleService> StartAsync(params (string Key, string Value)[] settings) => StartAsync(null, settings);

    private static Task<SampleService> StartAsync(
        Action<WebApplicationBuilder>? configure, params (string Key, string Value)[] settings) => SampleService.StartAsync(
        builder =>
        {
            foreach (var (key, value) in settings)
            {
                builder.Configuration[key] = value;
            }

            configure?.Invoke(builder);
        },
        operations =>
        {
            operations.Map(Echo, (Letter letter, CancellationToken _) => Task.FromResult(letter));
            operations.Map(EchoPayload, (Parcels parcels, CancellationToken _) => Task.FromResult(parcels));
            operations.Map(FailToRead, (FaultRequest request, OrderDesk _, CancellationToken _) => OrderDesk.FailAsync(request.Kind));
            operations.Map(ListNames, (CancellationToken _) => Task.FromResult<IReadOnlyList<string>>(["Ada"]));
        });

    private static Task<McpClient> ConnectAsync(SampleService service, string path = "mcp-server/mcp/") => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(service.Address, path),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer " + SampleService.Key },
        }),
        cancellationToken: Cancel);

    private static Task<CallToolResult> CallAsync(McpClient client, string tool, string arguments) => client.CallToolAsync(
        new CallToolRequestParams
        {
            Name = tool,
            Arguments = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(arguments),
        },
        Cancel).AsTask();

    private static string Text(CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;

    private static JsonElement Problem(CallToolResult result, string slug)
    {
        Assert.True(result.IsError);
        Assert.Null(result.StructuredContent);
        var problem = JsonElement.Parse(Text(result));
        Assert.Equal("urn:mindtrace:problem:" + slug, problem.GetProperty("type").GetString());
        return problem;
    }
}
