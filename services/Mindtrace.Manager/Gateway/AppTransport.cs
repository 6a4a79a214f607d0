using System.Diagnostics;
using System.Net;
using Yarp.ReverseProxy.Forwarder;

namespace Mindtrace.Manager.Gateway;

/// <summary>The connections to the apps: what an app answers comes through as it is, and every request carries the trace.</summary>
internal sealed class AppTransport : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    // Long enough to be worth keeping, short enough to notice that a name leads elsewhere.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    public HttpMessageInvoker Invoker { get; } = new(new PromptSending(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
        ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
    }));

    public void Dispose() => Invoker.Dispose();
}
