using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;

namespace Mindtrace.Cluster.Tests.Gateway;

/// <summary>What reaches an app through the gateway, and what comes back.</summary>
public sealed class ForwardingTests(ClusterFixture fixture) : IDisposable
{
    private readonly HttpClient _client = fixture.Manager.PlainClient();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData("", "/run")]
    [InlineData("/", "/run")]
    [InlineData("/base", "/base/run")]
    [InlineData("/base/", "/base/run")]
    public async Task Forwarding_UrlWithAndWithoutTrailingSlash_KeepsThePath(string basePath, string expected)
    {
        await using var app = await TestApp.StartAsync(context => context.Response.WriteAsync(context.Request.Path.Value!));
        await fixture.Cluster.RegisterAppAsync(app.Name, new Uri(app.Url.GetLeftPart(UriPartial.Authority) + basePath), Cancel);

        using var answer = await _client.SendAsync(HttpMethod.Get, $"/{app.Name}/run");

        Assert.Equal(expected, await answer.TextAsync());
    }

    [Fact]
    public async Task Forwarding_NameOfTheAppLeadsToADeniedAddress_IsNotCalled()
    {
        await using var manager = ManagerProgram.Start(
            fixture.Redis, new RedisKeySpace($"outbound-{Guid.NewGuid():N}"),
            ("Outbound:DeniedNetworks:0", "127.0.0.0/8"), ("Outbound:DeniedNetworks:1", "::1/128"));
        var asked = 0;
        await using var app = await TestApp.StartAsync(context =>
        {
            asked++;
            return Task.CompletedTask;
        });
        await manager.Cluster.RegisterAppAsync(app.Name, new Uri($"http://localhost:{app.Url.Port}/"), Cancel);
        var type = await app.RouteAsync(manager.Cluster);
        using var client = manager.PlainClient();

        using var answer = await client.SendAsync(HttpMethod.Get, $"/{app.Name}/run");
        var job = await manager.Cluster.SubmitJobAsync(type.CreateJob(new EchoInput { Message = "hello" }), Cancel);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(JobState.Error, job.Status);
        Assert.Contains("which services do not call", job.Job.Error, StringComparison.Ordinal);
        Assert.Equal(0, asked);
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    [InlineData("/?x=1", "/?x=1")]
    [InlineData("/a/b/?x=1&y=%2F%20&x=2", "/a/b/?x=1&y=%2F%20&x=2")]
    [InlineData("/a%20b/%C3%A9", "/a%20b/%C3%A9")]
    [InlineData("/a%2Fb/%25?x=%2F", "/a%2Fb/%25?x=%2F")]
    [InlineData("/a%252Fb", "/a%252Fb")]
    public async Task Forwarding_QueryStringAndEncodedPath_ComeAsTheyWereSent(string sent, string expected)
    {
        await using var app = await TestApp.StartAsync(
            fixture.Cluster, context => context.Response.WriteAsync(context.Features.Get<IHttpRequestFeature>()!.RawTarget));

        using var answer = await _client.SendAsync(HttpMethod.Get, $"/{app.Name}{sent}");

        Assert.Equal(expected, await answer.TextAsync());
    }

    [Theory]
    [InlineData("/%2e%2e/%2e%2e/other", 404)]
    [InlineData("/a%2F..%2F..%2Fother", 200)]
    public async Task Forwarding_DotsInThePath_LeadNowhereBesideTheApp(string sent, int status)
    {
        var target = "";
        await using var app = await TestApp.StartAsync(context =>
        {
            target = context.Request.Path.Value!;
            return Task.CompletedTask;
        });
        await fixture.Cluster.RegisterAppAsync(app.Name, new Uri(app.Url, "/base"), Cancel);

        var answer = await SendRawAsync($"/{app.Name}{sent}");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.True(target.Length == 0 || target.StartsWith("/base/", StringComparison.Ordinal), target);
    }

    [Fact]
    public async Task Forwarding_AllMethods_ComeThrough()
    {
        await using var app = await TestApp.StartAsync(fixture.Cluster, context =>
        {
            context.Response.Headers["X-Method"] = context.Request.Method;
            return Task.CompletedTask;
        });

        foreach (var method in new[] { "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "REPORT" })
        {
            using var answer = await _client.SendAsync(new HttpMethod(method), $"/{app.Name}/any");
            Assert.Equal((HttpStatusCode.OK, method), (answer.StatusCode, Assert.Single(answer.Headers.GetValues("X-Method"))));
        }
    }

    [Fact]
    public async Task Forwarding_Headers_AreTheCallersExceptKeyHostAndForwarded()
    {
        var headers = new ConcurrentDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        await using var app = await TestApp.StartAsync(fixture.Cluster, context =>
        {
            foreach (var (name, value) in context.Request.Headers)
            {
                headers[name] = value.ToString();
            }

            return Task.CompletedTask;
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/{app.Name}/any", UriKind.Relative));
        request.Headers.Add("X-Of-The-Caller", "kept");
        request.Headers.Add("Cookie", "a=b; mindtrace-session=secret; c=d");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");

        using var answer = await _client.SendAsync(request, Cancel).InTime();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(("kept", "a=b; c=d", app.Url.Authority), (headers["X-Of-The-Caller"], headers["Cookie"], headers["Host"]));
        Assert.Equal(
            ("127.0.0.1", fixture.Manager.Url.Authority, "http", $"/{app.Name}"),
            (headers["X-Forwarded-For"], headers["X-Forwarded-Host"], headers["X-Forwarded-Proto"], headers["X-Forwarded-Prefix"]));
        Assert.DoesNotContain("Authorization", headers.Keys);
    }

    [Fact]
    public async Task Forwarding_TraceOfTheCaller_GoesOnAtTheApp()
    {
        var received = "";
        await using var app = await TestApp.StartAsync(fixture.Cluster, context =>
        {
            received = context.Request.Headers.TraceParent.ToString();
            return Task.CompletedTask;
        });
        using var span = new Activity("call").SetIdFormat(ActivityIdFormat.W3C).Start();
        span.ActivityTraceFlags = ActivityTraceFlags.Recorded;

        using var answer = await _client.SendAsync(HttpMethod.Get, $"/{app.Name}/any");

        Assert.True(ActivityContext.TryParse(received, null, out var context), $"'{received}' is no trace context.");
        Assert.Equal(span.TraceId, context.TraceId);
        Assert.NotEqual(span.SpanId, context.SpanId);
    }

    [Theory]
    [InlineData(201, "application/xml", "<a/>")]
    [InlineData(422, "application/json", """{"detail":[{"type":"missing"}]}""")]
    [InlineData(404, "text/plain", "not here")]
    [InlineData(500, "image/png", "no image")]
    [InlineData(307, "text/html", "elsewhere")]
    public async Task Answer_AnyStatusAndType_ComesAsItIs(int status, string type, string body)
    {
        await using var app = await TestApp.StartAsync(fixture.Cluster, async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            context.Response.Headers.Location = "http://127.0.0.1:9/elsewhere";
            context.Response.Headers["X-Of-The-App"] = "one, two";
            await context.Response.WriteAsync(body);
        });
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = _client.BaseAddress, DefaultRequestHeaders = { Authorization = _client.DefaultRequestHeaders.Authorization },
        };

        using var answer = await client.SendAsync(HttpMethod.Post, $"/{app.Name}/any", new StringContent("{}"));

        Assert.Equal(
            (status, type, body, "http://127.0.0.1:9/elsewhere"),
            ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await answer.TextAsync(), answer.Headers.Location?.OriginalString));
        Assert.Equal("one, two", Assert.Single(answer.Headers.GetValues("X-Of-The-App")));
    }

    [Fact]
    public async Task Answer_FailureWithoutBody_StaysWithoutBody()
    {
        await using var app = await TestApp.StartAsync(fixture.Cluster, async context =>
        {
            // Neither length nor type tells that there is no body.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.StartAsync(Cancel);
        });

        using var answer = await _client.SendAsync(HttpMethod.Get, $"/{app.Name}/any");

        Assert.Equal((HttpStatusCode.NotFound, ""), (answer.StatusCode, await answer.TextAsync()));
    }

    [Fact]
    public async Task FiveParallelCalls_AreInTheAppAtTheSameTime()
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var inside = 0;
        await using var app = await TestApp.StartAsync(fixture.Cluster, async context =>
        {
            if (Interlocked.Increment(ref inside) == 5)
            {
                all.SetResult();
            }

            await all.Task.WaitAsync(context.RequestAborted);
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _client.SendAsync(HttpMethod.Post, $"/{app.Name}/any"))).InTime();

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task Call_AppIsNotRegistered_Is404()
    {
        var name = TestApp.NewName();

        await AssertProblemAsync(await _client.SendAsync(HttpMethod.Get, $"/{name}/any"), 404, "not-found", name.Value);
    }

    [Fact]
    public async Task Call_AppIsUnreachable_Is502WithTheText()
    {
        var name = TestApp.NewName();
        await fixture.Cluster.RegisterAppAsync(name, TestApp.Nobody, Cancel);

        var detail = await AssertProblemAsync(await _client.SendAsync(HttpMethod.Get, $"/{name}/any"), 502, "app-unreachable", name.Value);

        Assert.Contains("Connection refused (127.0.0.1:9)", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_AppNeverAnswers_Is504()
    {
        await using var manager = ManagerProgram.Start(fixture.Redis, settings: ("Gateway:Timeout", "00:00:00.2"));
        await using var app = await TestApp.StartAsync(manager.Cluster, context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var client = manager.PlainClient();

        await AssertProblemAsync(await client.SendAsync(HttpMethod.Get, $"/{app.Name}/any"), 504, "app-timeout", app.Name.Value);
    }

    [Fact]
    public async Task Call_WithoutKey_Is401AndNeverReachesTheApp()
    {
        var reached = false;
        await using var app = await TestApp.StartAsync(fixture.Cluster, _ =>
        {
            reached = true;
            return Task.CompletedTask;
        });
        using var client = new HttpClient();

        using var answer = await client.GetAsync(new Uri(fixture.Manager.Url, $"/{app.Name}/any"), Cancel);

        Assert.Equal((HttpStatusCode.Unauthorized, false), (answer.StatusCode, reached));
    }

    [Fact]
    public async Task Call_OperationByAnotherMethod_IsStill405()
    {
        var answer = await _client.SendAsync(HttpMethod.Get, "/submit_job");

        Assert.Equal(["POST"], answer.Content.Headers.Allow);
        await AssertProblemAsync(answer, 405, "method-not-allowed", detail: null);
    }

    [Fact]
    public async Task OpenApi_TellsOfOperationsAndNotOfApps()
    {
        using var answer = await _client.SendAsync(HttpMethod.Get, "/openapi/v1.json");

        var paths = JsonElement.Parse(await answer.TextAsync()).GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        Assert.Contains("/register_app", paths);
        Assert.DoesNotContain(paths, path => path.Contains('{'));
    }

    /// <summary>Sends a target that an HTTP client would tidy up first.</summary>
    /// <returns>The first line of the answer.</returns>
    private async Task<string> SendRawAsync(string target)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(fixture.Manager.Url.Host, fixture.Manager.Url.Port, Cancel);
        var request = $"GET {target} HTTP/1.1\r\nHost: {fixture.Manager.Url.Authority}\r\nAuthorization: Bearer {ManagerProgram.ApiKey}\r\nConnection: close\r\n\r\n";
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
        using var reader = new StreamReader(connection.GetStream());
        return await reader.ReadLineAsync(Cancel).InTime() ?? "";
    }

    private static async Task<string?> AssertProblemAsync(HttpResponseMessage answer, int status, string slug, string? detail)
    {
        using (answer)
        {
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            var problem = JsonElement.Parse(await answer.TextAsync());
            Assert.Equal((status, $"urn:mindtrace:problem:{slug}"), ((int)answer.StatusCode, problem.GetProperty("type").GetString()));
            var text = problem.TryGetProperty("detail", out var value) ? value.GetString() : null;
            Assert.Contains(detail ?? "", text ?? "", StringComparison.Ordinal);
            return text;
        }
    }
}
