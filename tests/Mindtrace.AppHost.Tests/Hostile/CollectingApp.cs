using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mindtrace.AppHost.Tests.Hostile;

/// <summary>An app behind the gateway that keeps what it is sent, and sends who asks for <c>/away</c> elsewhere.</summary>
internal sealed class CollectingApp : IAsyncDisposable
{
    public const string Elsewhere = "http://169.254.169.254/latest/meta-data";

    private readonly WebApplication _app;

    private CollectingApp()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapGet("/away", () => Results.Redirect(Elsewhere));
        _app.MapGet("/{**path}", (HttpRequest request) => Collected.Enqueue(string.Join('\n', request.Headers.Select(header => $"{header.Key}: {header.Value}"))));
    }

    /// <summary>Gets the headers of each request.</summary>
    public ConcurrentQueue<string> Collected { get; } = new();

    public Uri Url => new(_app.Urls.Single());

    public static async Task<CollectingApp> StartAsync(CancellationToken cancellationToken)
    {
        var app = new CollectingApp();
        await app._app.StartAsync(cancellationToken);
        return app;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
