using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Mindtrace.Environments.Tests.Containers;

/// <summary>Stands between a runner and the engine, and can be cut as if the engine had died.</summary>
internal sealed class EngineProxy : IDisposable
{
    private const string EngineSocket = "/var/run/docker.sock";
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ConcurrentBag<Socket> _open = [];
    private readonly string _path;

    public EngineProxy()
    {
        _path = Path.Join(_folder.Path, "engine.sock");
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
        _ = AcceptAsync();
    }

    public Uri Address => new($"unix://{_path}");

    /// <summary>Ends all connections, and takes no more.</summary>
    public void Cut()
    {
        _listener.Dispose();
        File.Delete(_path);
        foreach (var socket in _open)
        {
            socket.Dispose();
        }
    }

    public void Dispose()
    {
        Cut();
        _folder.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptAsync();
                var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                _open.Add(near);
                _open.Add(far);
                await far.ConnectAsync(new UnixDomainSocketEndPoint(EngineSocket));
                _ = RelayAsync(near, far);
                _ = RelayAsync(far, near);
            }
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
            // The test has cut it.
        }
    }

    private static async Task RelayAsync(Socket from, Socket to)
    {
        try
        {
            var piece = new byte[64 << 10];
            while (await from.ReceiveAsync(piece) is > 0 and var read)
            {
                await to.SendAsync(piece.AsMemory(0, read));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
            // The test has cut it.
        }
    }
}
