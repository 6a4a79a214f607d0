using System.Net;
using System.Net.Sockets;

namespace Mindtrace.Services;

/// <summary>Connects to URLs that others gave: to admitted addresses alone, straight, and without following where an answer leads.</summary>
/// <param name="addresses">Tells which addresses are admitted.</param>
/// <param name="certificates">Tells which servers are trusted.</param>
public sealed class OutboundConnections(OutboundAddresses addresses, ServerCertificates certificates)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    // Long enough to be worth keeping, short enough to notice that a name leads elsewhere.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <summary>Makes a handler for such URLs.</summary>
    /// <returns>The handler; it becomes the caller's.</returns>
    public SocketsHttpHandler CreateHandler() => new()
    {
        // A proxy would look names up by itself, and a redirect leads anywhere.
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
        ConnectCallback = ConnectAsync,
        SslOptions = { RemoteCertificateValidationCallback = certificates.Accepts },
    };

    /// <remarks>The addresses that are looked at are those that are connected to: a name cannot point elsewhere in between.</remarks>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var found = await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var admitted = found.Where(addresses.Admits).ToArray();
        if (admitted.Length == 0)
        {
            throw new HttpRequestException($"'{target.Host}' leads to {string.Join(", ", found.AsEnumerable())}, which services do not call.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(admitted, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
