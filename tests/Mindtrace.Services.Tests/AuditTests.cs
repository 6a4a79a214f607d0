using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ModelContextProtocol;
using ModelContextProtocol.Client;

namespace Mindtrace.Services.Tests;

public sealed record Demolition(string Building, string? Fault = null);

/// <summary>What goes into the audit log.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private static readonly Operation<Demolition, Unit> Demolish = new("demolish", Role.Operator) { Tool = true, Audit = request => request.Building };

    private readonly KeysInMemory _keys = new();
    private readonly Ledger _ledger = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));
    private SampleService _service = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _service = await SampleService.StartAsync(
        builder =>
        {
            builder.Configuration["Mcp:Roles"] = "operator";
            builder.Configuration["RequestLimits:PerAddress"] = "1";
            builder.Services.AddSingleton<IApiKeyDirectory>(_keys);
            builder.Services.AddSingleton<IAuditStore>(_ledger);
            builder.Services.AddSingleton<TimeProvider>(_clock);
        },
        operations => operations.Map(Demolish, (Demolition request, OrderDesk _, CancellationToken _) =>
            request.Fault is { } fault ? throw new OrderException(fault) : Task.CompletedTask));

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Call_IsRecordedWithWhoWhatWhenAndWhence()
    {
        var key = _keys.Add("foreman", [Role.Operator, Role.Viewer, Role.Node]);

        var answer = await SendAsync(key, """{"building":"shed"}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var entry = Assert.Single(_ledger.Entries);
        Assert.Equal((_clock.GetUtcNow(), SampleService.ClassName, "demolish", 200), (entry.At, entry.Service, entry.Operation, entry.Status));
        Assert.Equal(("foreman", "shed", "127.0.0.1"), (entry.Key, entry.Target, entry.Address));
        Assert.Equal([Role.Operator, Role.Node], entry.Roles);
        Assert.Matches("^[0-9a-f]{32}$", entry.TraceId);
        Assert.Contains(_service.Logs.Entries, line => line is { Level: LogLevel.Information, Text: "demolish of shed by foreman from 127.0.0.1 was answered 200" });
    }

    [Theory]
    [InlineData(Role.Operator, null, 200)]
    [InlineData(Role.Operator, "the door is stuck", 409)]
    [InlineData(Role.Viewer, null, 403)]
    public async Task Call_OnAPageOfTheService_IsRecordedToo(Role role, string? fault, int status)
    {
        var user = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, "foreman"), new(ClaimTypes.Role, role.ToString())], "test"));
        var local = _service.App.Services.GetRequiredService<LocalOperations>();

        await Record.ExceptionAsync(() => local.CallAsync(Demolish, new Demolition("shed", fault), user, Cancel));

        var entry = Assert.Single(_ledger.Entries);
        Assert.Equal(("foreman", "shed", status), (entry.Key, entry.Target, entry.Status));
    }

    [Fact]
    public async Task Call_LacksTheRole_IsRecordedAsRefused()
    {
        var key = _keys.Add("passer-by", [Role.Viewer]);

        (await SendAsync(key, """{"building":"shed"}""")).AssertProblem(403, "forbidden");

        var entry = Assert.Single(_ledger.Entries);
        Assert.Equal((403, "passer-by", null), (entry.Status, entry.Key, entry.Target));
        Assert.Contains(_service.Logs.Entries, line => line.Level == LogLevel.Warning && line.Text.StartsWith("demolish", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Call_WithoutKey_IsRecordedUpToTheLimitOfItsAddress()
    {
        (await SendAsync(key: null, "{}")).AssertProblem(401, "unauthenticated");
        (await SendAsync(key: null, "{}")).AssertProblem(429, "too-many-requests");

        var entry = Assert.Single(_ledger.Entries);
        Assert.Equal((401, null), (entry.Status, entry.Key));
        Assert.Empty(entry.Roles);
    }

    [Theory]
    [InlineData("""{"building":3}""", 422, null)]
    [InlineData("{", 400, null)]
    [InlineData("""{"building":"shed","fault":"listed"}""", 409, "shed")]
    public async Task Call_Fails_IsRecordedWithItsStatus(string body, int status, string? target)
    {
        await SendAsync(SampleService.Key, body);

        var entry = Assert.Single(_ledger.Entries);
        Assert.Equal((status, target), (entry.Status, entry.Target));
    }

    [Fact]
    public async Task Call_AsATool_IsRecordedToo()
    {
        await using var client = await ConnectAsync(_keys.Add("model", [Role.Operator]));

        await client.CallToolAsync("demolish", new Dictionary<string, object?> { ["building"] = "barn" }, cancellationToken: Cancel);
        await client.CallToolAsync("demolish", new Dictionary<string, object?> { ["building"] = "church", ["fault"] = "listed" }, cancellationToken: Cancel);

        Assert.Equal([("model", "barn", 200), ("model", "church", 409)], _ledger.Entries.Select(entry => (entry.Key, entry.Target, entry.Status)));
    }

    [Fact]
    public async Task Call_AsATool_LacksTheRole_IsRecordedAsRefused()
    {
        await using var client = await ConnectAsync(_keys.Add("reader", [Role.Viewer]));

        await Assert.ThrowsAsync<McpProtocolException>(
            () => client.CallToolAsync("demolish", new Dictionary<string, object?> { ["building"] = "barn" }, cancellationToken: Cancel).AsTask());

        var entry = Assert.Single(_ledger.Entries);
        Assert.Equal((403, "reader", "demolish"), (entry.Status, entry.Key, entry.Operation));
    }

    [Fact]
    public async Task Call_OfAnOperationThatReads_IsNotRecorded()
    {
        await _service.PostAsync("count_orders", null);

        Assert.Empty(_ledger.Entries);
    }

    [Fact]
    public async Task Call_StoreOfTheLogIsAway_IsAnsweredAllTheSame()
    {
        _ledger.IsAway = true;

        var answer = await SendAsync(SampleService.Key, """{"building":"shed"}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains(_service.Logs.Entries, line => line.Level == LogLevel.Error && line.Text.Contains("demolish", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Target_HoldsLineBreaksAndEscapes_IsOneLineOfText()
    {
        await SendAsync(SampleService.Key, JsonSerializer.Serialize(new { building = "shed\r\nfail: forged\u001b[2J\u2028\u202e" + new string('x', 1000) }));

        var target = Assert.Single(_ledger.Entries).Target!;
        Assert.StartsWith("shed\uFFFD\uFFFDfail: forged\uFFFD[2J\uFFFD\uFFFDxxx", target, StringComparison.Ordinal);
        Assert.Equal(257, target.Length);
        Assert.DoesNotContain(_service.Logs.Entries, line => line.Text.Contains('\n', StringComparison.Ordinal));
    }

    private Task<McpClient> ConnectAsync(string key) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = new Uri(_service.Address, "mcp-server/mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
        }),
        cancellationToken: Cancel);

    private async Task<Answer> SendAsync(string? key, string body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_service.Address, Demolish.Name));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await Answer.OfAsync(await http.SendAsync(request, Cancel));
    }

    private sealed class Ledger : IAuditStore
    {
        private readonly ConcurrentQueue<AuditEntry> _entries = new();

        public bool IsAway { get; set; }

        public IReadOnlyCollection<AuditEntry> Entries => _entries;

        public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
        {
            if (IsAway)
            {
                throw new WarehouseClosedException();
            }

            _entries.Enqueue(entry);
            return Task.CompletedTask;
        }
    }
}
