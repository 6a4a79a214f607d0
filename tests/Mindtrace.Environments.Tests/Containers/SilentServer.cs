using System.Net;
using System.Net.Sockets;

namespace Mindtrace.Environments.Tests.Containers;

/// <summary>A server that takes connections and never says a word.</summary>
internal sealed class SilentServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SilentServer() => _listener.Start();

    public string Host => _listener.LocalEndpoint.ToString()!;

    public void Dispose() => _listener.Dispose();
}
