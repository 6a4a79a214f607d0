using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.Gateway;

/// <summary>Which apps there are, and what a client of the cluster makes of them.</summary>
public sealed class AppTests(ClusterFixture fixture)
{
    private static readonly Operation<EchoInput, EchoOutput> Echo = new("echo", Role.Submitter);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ClusterClient Cluster => fixture.Cluster;

    [Fact]
    public async Task RegisterApp_NameIsAPathOfOurs_IsRefused()
    {
        var operations = fixture.Manager.Services.GetRequiredService<OperationCatalog>().Operations.Select(operation => operation.Name);
        foreach (var name in operations.Concat(["health", "alive", "Health", "SUBMIT_JOB", "openapi", "mcp-server"]))
        {
            var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.RegisterAppAsync(AppName.Parse(name), TestApp.Nobody, Cancel));
            Assert.Equal((422, "name"), (refused.Status, Assert.Single(refused.Errors).Key));
        }
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("http://user:secret@127.0.0.1/")]
    [InlineData("http://127.0.0.1/?x=1")]
    [InlineData("http://127.0.0.1/#x")]
    public async Task RegisterApp_UrlIsNoneToForwardTo_IsRefused(string url)
    {
        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.RegisterAppAsync(TestApp.NewName(), new Uri(url), Cancel));

        Assert.Equal((422, "url"), (refused.Status, Assert.Single(refused.Errors).Key));
    }

    [Fact]
    public async Task RegisterApp_AgainAndUnregister_EveryManagerFollowsAtOnce()
    {
        var space = new RedisKeySpace($"apps-{Guid.NewGuid():N}");
        await using var manager = ManagerProgram.Start(fixture.Redis, space);
        await using var other = ManagerProgram.Start(fixture.Redis, space);
        await using var first = await TestApp.StartAsync(manager.Cluster, context => context.Response.WriteAsync("first"));
        await using var second = await TestApp.StartAsync(context => context.Response.WriteAsync("second"));
        using var client = other.PlainClient();
        Assert.Equal("first", await GetAsync());

        await manager.Cluster.RegisterAppAsync(first.Name, second.Url, Cancel);
        Assert.Equal("second", await GetAsync());
        Assert.Equal([new RegisteredApp(first.Name, second.Url)], await other.Cluster.ListAppsAsync(Cancel));

        await manager.Cluster.UnregisterAppAsync(first.Name, Cancel);
        using var answer = await client.SendAsync(HttpMethod.Get, $"/{first.Name}/any");
        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Empty(await other.Cluster.ListAppsAsync(Cancel));

        async Task<string> GetAsync()
        {
            using var found = await client.SendAsync(HttpMethod.Get, $"/{first.Name}/any");
            return await found.TextAsync();
        }
    }

    [Fact]
    public async Task UnregisterApp_Unknown_Is404()
    {
        var refused = await Assert.ThrowsAsync<OperationException>(() => Cluster.UnregisterAppAsync(TestApp.NewName(), Cancel));

        Assert.Equal((404, ProblemTypes.NotFound), (refused.Status, refused.ProblemType));
    }

    [Fact]
    public async Task App_ManagerRestarts_IsStillThere()
    {
        var space = new RedisKeySpace($"apps-{Guid.NewGuid():N}");
        await using var app = await TestApp.StartAsync(context => context.Response.WriteAsync("here"));
        await using (var before = ManagerProgram.Start(fixture.Redis, space))
        {
            await before.Cluster.RegisterAppAsync(app.Name, app.Url, Cancel);
        }

        await using var after = ManagerProgram.Start(fixture.Redis, space);
        using var client = after.PlainClient();
        using var answer = await client.SendAsync(HttpMethod.Get, $"/{app.Name}/any");

        Assert.Equal("here", await answer.TextAsync());
    }

    [Fact]
    public async Task ProxyClient_SendsAllCallsThroughTheGateway()
    {
        var hosts = new List<string>();
        await using var app = await TestApp.StartAsync(context =>
        {
            lock (hosts)
            {
                hosts.Add(context.Request.Headers["X-Forwarded-Host"].ToString());
            }

            return context.Response.WriteAsJsonAsync(new { echoed = context.Request.Path.Value }, Cancel);
        });
        var cluster = fixture.Cluster;

        var proxy = await cluster.RegisterAppAsync(app.Name, app.Url, Cancel);
        await proxy.CallAsync(Echo, new EchoInput { Message = "one" }, Cancel).InTime();
        await cluster.App(app.Name).CallAsync(Echo, new EchoInput { Message = "two" }, Cancel).InTime();

        Assert.Equal([fixture.Manager.Url.Authority, fixture.Manager.Url.Authority], hosts);
        Assert.Equal(new Uri(fixture.Manager.Url, $"/{app.Name}/"), proxy.BaseAddress);
        Assert.Same(proxy, Assert.Single(cluster.RegisteredApps, known => known.Key == app.Name).Value);
        await cluster.UnregisterAppAsync(app.Name, Cancel);
        Assert.Empty(cluster.RegisteredApps);
    }

    [Fact]
    public async Task ProxyClient_AnswersAsADirectCallDoes()
    {
        await using var app = await TestApp.StartAsync(Cluster, async context =>
        {
            var input = (await context.Request.ReadFromJsonAsync<EchoBody>(Cancel))!;
            var (status, answer) = input.Message.Length > 0 ? (200, (object)new { echoed = input.Message }) : (422, new { detail = "Say something." });
            context.Response.StatusCode = status;
            await context.Response.WriteAsJsonAsync(answer, Cancel);
        });
        using var http = new HttpClient();
        var direct = new ServiceClient(http, app.Url);
        var proxy = Cluster.App(app.Name);

        var (answer, proxied) = (await CallAsync(direct, "hello"), await CallAsync(proxy, "hello"));
        var (refusal, proxiedRefusal) = (await RefusalAsync(direct), await RefusalAsync(proxy));

        Assert.Equal((answer, "hello"), (proxied, answer.Echoed));
        Assert.Equal((refusal.Status, refusal.Detail), (proxiedRefusal.Status, proxiedRefusal.Detail));
        Assert.Equal((422, "Say something."), (refusal.Status, refusal.Detail));

        static Task<EchoOutput> CallAsync(ServiceClient client, string message) =>
            client.CallAsync(Echo, new EchoInput { Message = message }, Cancel).InTime();

        static Task<OperationException> RefusalAsync(ServiceClient client) => Assert.ThrowsAsync<OperationException>(() => CallAsync(client, ""));
    }

    private sealed record EchoBody(string Message);
}
