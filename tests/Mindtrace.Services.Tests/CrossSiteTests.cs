using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services.Tests;

/// <summary>What web pages of others have a browser send, on a service that admits anyone on this machine: the worst case.</summary>
public sealed class CrossSiteTests : IAsyncLifetime
{
    private SampleService _service = null!;

    public async ValueTask InitializeAsync() => _service = await StartAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData("rebound.evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("evil.local")]
    [InlineData("internal.evil")]
    [InlineData("notinternal.evil.example")]
    [InlineData("evilinternal.org")]
    public async Task Rebinding_HostIsANameOfTheAttackers_IsRefused(string host)
    {
        foreach (var (method, path) in new[] { (HttpMethod.Get, "health"), (HttpMethod.Get, "openapi/v1.json"), (HttpMethod.Post, "clear_orders"), (HttpMethod.Post, "mcp-server/mcp") })
        {
            (await SendAsync(method, path, ("Host", host))).AssertProblem(400, "host-not-allowed");
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:8002")]
    [InlineData("manager.localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:8002")]
    [InlineData("192.168.7.9:8002")]
    [InlineData("manager:8002")]
    [InlineData("host.docker.internal:8002")]
    [InlineData("jobs.example.org")]
    [InlineData("a.plant.example.org")]
    [InlineData("manager.example.net")]
    public async Task Host_IsOneOfTheServices_IsAdmitted(string host)
    {
        await using var service = await StartAsync(
            ("Security:AllowedHosts:0", "jobs.example.org"), ("Security:AllowedHosts:1", "*.plant.example.org"),
            ("Mindtrace:Service:Url", "https://manager.example.net/"));

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(service, HttpMethod.Post, "count_orders", ("Host", host))).Status);
    }

    [Fact]
    public async Task Host_IsThatOfThisMachine_IsAdmitted() =>
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, "count_orders", ("Host", Environment.MachineName))).Status);

    [Fact]
    public async Task Host_AnyIsAllowed_IsAdmitted()
    {
        await using var service = await StartAsync(("Security:AllowedHosts:0", "*"));

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(service, HttpMethod.Post, "count_orders", ("Host", "any.example"))).Status);
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    [InlineData("http://localhost:1")]
    [InlineData("file://")]
    public async Task Forgery_PageOfAnotherSite_ChangesNothing(string origin)
    {
        var desk = _service.App.Services.GetRequiredService<OrderDesk>();
        await desk.PlaceAsync(null!, TestContext.Current.CancellationToken);

        foreach (var contentType in new[] { "application/json", "text/plain", "application/x-www-form-urlencoded", null })
        {
            (await SendAsync(HttpMethod.Post, "clear_orders", contentType, ("Origin", origin))).AssertProblem(403, "origin-not-allowed");
        }

        Assert.Equal(1, (await desk.CountAsync()).OrderCount);
    }

    [Fact]
    public async Task Forgery_WebSocketOfAnotherSite_IsRefused() =>
        (await SendAsync(HttpMethod.Get, "health", ("Origin", "http://evil.example"), ("Upgrade", "websocket"), ("Connection", "Upgrade")))
            .AssertProblem(403, "origin-not-allowed");

    [Fact]
    public async Task Origin_IsTheServiceItselfOrAllowed_IsAdmittedWithTheKey()
    {
        await using var service = await StartAsync(("Security:AllowedOrigins:0", "https://jobs.example.org"));
        (string, string) key = ("Authorization", $"Bearer {SampleService.Key}");

        foreach (var origin in new[] { "https://jobs.example.org", service.Address.GetLeftPart(UriPartial.Authority) })
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(service, HttpMethod.Post, "count_orders", ("Origin", origin), key)).Status);
        }

        // Where TLS ends before the service.
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(
            service, HttpMethod.Post, "count_orders", ("Host", "manager"), ("Origin", "https://manager"), key)).Status);
    }

    [Fact]
    public async Task Origin_AllowedIsNone_StopsTheStart()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(("Security:AllowedOrigins:0", "https://jobs.example.org/page")));

        Assert.Contains("https://jobs.example.org/page", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preflight_IsGivenNoPermission()
    {
        var answer = await SendAsync(
            HttpMethod.Options, "clear_orders", ("Origin", "http://evil.example"), ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization,content-type"));

        Assert.False(answer.Status == HttpStatusCode.OK || answer.Status == HttpStatusCode.NoContent);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Get_OfEachOperation_IsRefused()
    {
        foreach (var operation in _service.App.Services.GetRequiredService<OperationCatalog>().Operations)
        {
            (await SendAsync(HttpMethod.Get, operation.Name)).AssertProblem(405, "method-not-allowed");
        }
    }

    private static Task<SampleService> StartAsync(params (string Key, string Value)[] settings) => SampleService.StartAsync(builder =>
    {
        builder.Configuration["Security:AnonymousLoopback"] = "true";
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }
    });

    private Task<Answer> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers) =>
        SendAsync(_service, method, path, headers);

    private Task<Answer> SendAsync(HttpMethod method, string path, string? contentType, params (string Name, string Value)[] headers) =>
        SendAsync(_service, method, path, headers, contentType);

    private static Task<Answer> SendAsync(SampleService service, HttpMethod method, string path, params (string Name, string Value)[] headers) =>
        SendAsync(service, method, path, headers, contentType: null);

    private static async Task<Answer> SendAsync(
        SampleService service, HttpMethod method, string path, (string Name, string Value)[] headers, string? contentType)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(service.Address, path));
        if (contentType is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes("{}")) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Answer.OfAsync(await http.SendAsync(request, TestContext.Current.CancellationToken));
    }
}
