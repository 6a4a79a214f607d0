using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mindtrace.AppHost.Tests.Telemetry;

/// <summary>Takes what services export over OTLP (HTTP, protobuf), in place of the dashboard.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<OtlpSpan> _spans = Channel.CreateUnbounded<OtlpSpan>();

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            foreach (var span in OtlpSpan.ReadRequest(body.ToArray()))
            {
                _spans.Writer.TryWrite(span);
            }
        });
        _app.MapPost("/v1/{signal}", () => Results.Ok());
    }

    public string Url => _app.Urls.Single();

    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var receiver = new OtlpReceiver();
        await receiver._app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>Reads spans as they come until all that are wanted were seen.</summary>
    public async Task<IReadOnlyList<OtlpSpan>> WaitForAsync(CancellationToken cancellationToken, params Predicate<OtlpSpan>[] wanted)
    {
        var found = new OtlpSpan?[wanted.Length];
        await foreach (var span in _spans.Reader.ReadAllAsync(cancellationToken))
        {
            for (var i = 0; i < wanted.Length; i++)
            {
                found[i] ??= wanted[i](span) ? span : null;
            }

            if (Array.TrueForAll(found, it => it is not null))
            {
                break;
            }
        }

        return [.. found.OfType<OtlpSpan>()];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
