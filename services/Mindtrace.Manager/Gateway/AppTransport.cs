using System.Diagnostics;
using System.Net;
using Mindtrace.Services;
using Yarp.ReverseProxy.Forwarder;

namespace Mindtrace.Manager.Gateway;

/// <summary>The connections to the apps: what an app answers comes through as it is, and every request carries the trace.</summary>
internal sealed class AppTransport : IDisposable
{
    public AppTransport(OutboundConnections connections)
    {
        var handler = connections.CreateHandler();
        handler.AutomaticDecompression = DecompressionMethods.None;
        handler.EnableMultipleHttp2Connections = true;
        handler.ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current);
        Invoker = new HttpMessageInvoker(new PromptSending(handler));
    }

    public HttpMessageInvoker Invoker { get; }

    public void Dispose() => Invoker.Dispose();
}
