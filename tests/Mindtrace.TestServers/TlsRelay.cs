using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Mindtrace.TestServers;

/// <summary>Stands before a server on the loopback address, and speaks TLS with its clients.</summary>
public sealed class TlsRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Task, bool> _links = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly X509Certificate2 _certificate;
    private readonly int _target;
    private readonly Task _accepting;

    /// <summary>Starts a relay.</summary>
    /// <param name="target">The server's port.</param>
    /// <param name="certificate">What it shows to clients; it becomes the relay's.</param>
    public TlsRelay(int target, X509Certificate2 certificate)
    {
        (_target, _certificate) = (target, certificate);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Gets the port that clients connect to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Ends all connections and the relay.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_links.Keys);
        _certificate.Dispose();
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var link = RelayAsync(await _listener.AcceptTcpClientAsync(_ending.Token));
                _links.TryAdd(link, true);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // New connections are refused from now on.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        try
        {
            using (client)
            {
                client.NoDelay = true;
                await using var outside = new SslStream(client.GetStream());
                await outside.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _ending.Token);
                await server.ConnectAsync(IPAddress.Loopback, _target, _ending.Token);
                await using var inside = server.GetStream();
                await Task.WhenAny(outside.CopyToAsync(inside, _ending.Token), inside.CopyToAsync(outside, _ending.Token));
            }
        }
        catch (Exception ended) when (ended is IOException or SocketException or AuthenticationException or OperationCanceledException)
        {
            // The client does not trust the relay, or one of the two is gone.
        }
    }
}
