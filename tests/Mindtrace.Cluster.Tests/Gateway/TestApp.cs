using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Mindtrace.Jobs;

namespace Mindtrace.Cluster.Tests.Gateway;

/// <summary>An app behind the gateway: a real web server in this process, on a port of its own, that answers as the test says.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestApp(WebApplication app) => _app = app;

    /// <summary>Gets a URL that nobody listens at.</summary>
    public static Uri Nobody { get; } = new("http://127.0.0.1:9/");

    public Uri Url => new(_app.Urls.First());

    /// <summary>Gets a name that no other test uses.</summary>
    public AppName Name { get; } = NewName();

    public static AppName NewName() => AppName.Parse($"app-{Guid.NewGuid():N}");

    public static async Task<TestApp> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0").UseKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestApp(app);
    }

    /// <summary>Starts an app and registers it under its name.</summary>
    public static async Task<TestApp> StartAsync(ClusterClient cluster, RequestDelegate answer)
    {
        var app = await StartAsync(answer);
        await cluster.RegisterAppAsync(app.Name, app.Url, TestContext.Current.CancellationToken);
        return app;
    }

    /// <summary>Routes the jobs of a new type to <c>/run</c> of the app.</summary>
    public async Task<JobSchema<EchoInput, EchoOutput>> RouteAsync(ClusterClient cluster)
    {
        var type = ClusterFixture.NewType("endpoint");
        await cluster.RegisterJobToEndpointAsync(type.Type, $"{Name}/run", TestContext.Current.CancellationToken);
        return type;
    }

    public async ValueTask DisposeAsync()
    {
        // A test that failed may have left requests open; they are not waited for.
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }
}
