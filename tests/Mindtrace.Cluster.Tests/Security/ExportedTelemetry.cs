using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mindtrace.Cluster.Tests.Security;

/// <summary>Takes what services export over OTLP (HTTP, protobuf), as the bytes that came. Texts stand in them as they are.</summary>
internal sealed class ExportedTelemetry : IAsyncDisposable
{
    private readonly ConcurrentQueue<byte[]> _bodies = new();
    private readonly WebApplication _app;

    private ExportedTelemetry()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapPost("/v1/{signal}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            _bodies.Enqueue(body.ToArray());
        });
    }

    public Uri Url => new(_app.Urls.Single());

    /// <summary>Gets all that came, as text.</summary>
    public string Text => string.Concat(_bodies.Select(Encoding.Latin1.GetString));

    public static async Task<ExportedTelemetry> StartAsync()
    {
        var telemetry = new ExportedTelemetry();
        await telemetry._app.StartAsync(TestContext.Current.CancellationToken);
        return telemetry;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
