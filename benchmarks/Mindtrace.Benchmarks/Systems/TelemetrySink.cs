using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mindtrace.Benchmarks;

/// <summary>Takes what services export by OTLP over HTTP, and throws it away.</summary>
internal sealed class TelemetrySink : IAsyncDisposable
{
    private const int Senders = 4;

    private readonly HttpListener _listener = new();
    private readonly Task _answering;
    private readonly string _address;
    private readonly double _traceRatio;
    private long _exports;

    /// <param name="traceRatio">The share of the traces that is to be recorded, 0 to 1.</param>
    public TelemetrySink(double traceRatio)
    {
        _traceRatio = traceRatio;
        _address = $"http://127.0.0.1:{FreePort()}/";
        _listener.Prefixes.Add(_address);
        _listener.Start();
        _answering = Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => AnswerAsync()));
    }

    /// <summary>Gets how many exports have arrived.</summary>
    public long Exports => Interlocked.Read(ref _exports);

    /// <summary>Has a service send here.</summary>
    public void Apply(Dictionary<string, string?> settings)
    {
        settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = _address;
        settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        settings["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio";
        settings["OTEL_TRACES_SAMPLER_ARG"] = _traceRatio.ToString(CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _answering;
        _listener.Close();
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                await context.Request.InputStream.CopyToAsync(Stream.Null);
                Interlocked.Increment(ref _exports);
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException && !_listener.IsListening)
        {
            // Stopped.
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, port: 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
