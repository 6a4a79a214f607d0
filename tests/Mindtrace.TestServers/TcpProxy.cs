using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Mindtrace.TestServers;

/// <summary>Stands between a server on the loopback address and its clients, there or elsewhere, and does to their connections what networks do.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private const int PieceBytes = 1400;

    private readonly IReadOnlyList<int> _targets;
    private readonly IPEndPoint _listenAt;
    private readonly ConcurrentDictionary<Link, bool> _links = new();
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private long _delay;
    private long _heldUp;
    private int _connections;

    /// <summary>Starts a proxy.</summary>
    /// <param name="target">The server's port.</param>
    /// <param name="listenAt">Where clients connect to. The default is a free port of the loopback address.</param>
    public TcpProxy(int target, IPEndPoint? listenAt = null)
        : this([target], listenAt)
    {
    }

    /// <summary>Starts a proxy before several servers: each connection goes to the next one that takes it.</summary>
    /// <param name="targets">The servers' ports.</param>
    /// <param name="listenAt">Where clients connect to. The default is a free port of the loopback address.</param>
    public TcpProxy(IReadOnlyList<int> targets, IPEndPoint? listenAt = null)
    {
        _targets = targets;
        _listenAt = listenAt ?? new IPEndPoint(IPAddress.Loopback, LoopbackPort.FindFree());
        Restore();
    }

    /// <summary>Gets where clients connect to.</summary>
    public IPEndPoint EndPoint => _listenAt;

    /// <summary>Gets the port that clients connect to.</summary>
    public int Port => _listenAt.Port;

    /// <summary>Gets or sets how long each piece of 1,400 bytes is held up, in each direction. The default is zero.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _delay));
        set => Interlocked.Exchange(ref _delay, value.Ticks);
    }

    /// <summary>Gets how many pieces were held up by <see cref="Delay"/> so far.</summary>
    public long HeldUp => Interlocked.Read(ref _heldUp);

    /// <summary>Resets all connections. New ones are let through.</summary>
    /// <returns>How many there were.</returns>
    public int Cut()
    {
        var links = _links.Keys;
        foreach (var link in links)
        {
            link.Dispose();
        }

        return links.Count;
    }

    /// <summary>Resets all connections, and refuses new ones until <see cref="Restore"/>.</summary>
    public async Task RefuseAsync()
    {
        _listener?.Dispose();
        _listener = null;
        await _accepting;
        Cut();
    }

    /// <summary>Lets connections through again.</summary>
    public void Restore()
    {
        if (_listener is null)
        {
            _listener = new TcpListener(_listenAt);
            _listener.Start();
            _accepting = AcceptAsync(_listener);
        }
    }

    /// <summary>Ends all connections and the proxy.</summary>
    public async ValueTask DisposeAsync()
    {
        var links = _links.Keys;
        await RefuseAsync();
        await Task.WhenAll(links.Select(link => link.Ended));
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var link = new Link(this, await listener.AcceptSocketAsync());
                _links.TryAdd(link, true);
                link.Start();
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // New connections are refused from now on.
        }
    }

    private async Task<Socket> ConnectAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var target = _targets[(int)((uint)Interlocked.Increment(ref _connections) % _targets.Count)];
            var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, target);
                return server;
            }
            catch (SocketException)
            {
                server.Dispose();
                if (attempt == _targets.Count)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>One client's connection, and the one to the server that belongs to it.</summary>
    private sealed class Link(TcpProxy proxy, Socket client) : IDisposable
    {
        private volatile Socket? _server;

        public Task Ended { get; private set; } = Task.CompletedTask;

        public void Start() => Ended = RunAsync();

        public void Dispose()
        {
            foreach (var socket in (Socket?[])[client, _server])
            {
                // With nothing to linger for, the other side is told of a reset at once.
                socket?.Close(timeout: 0);
            }
        }

        private async Task RunAsync()
        {
            try
            {
                client.NoDelay = true;
                var server = _server = await proxy.ConnectAsync();
                await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
            }
            catch (SocketException)
            {
                // The servers are away, and so the client finds nobody either.
            }

            Dispose();
            proxy._links.TryRemove(this, out _);
        }

        private async Task PumpAsync(Socket from, Socket to)
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (await from.ReceiveAsync(buffer) is > 0 and var received)
                {
                    var delay = proxy.Delay;
                    var piece = delay > TimeSpan.Zero ? PieceBytes : received;
                    for (var sent = 0; sent < received; sent += piece)
                    {
                        if (delay > TimeSpan.Zero)
                        {
                            await Task.Delay(delay);
                            Interlocked.Increment(ref proxy._heldUp);
                        }

                        await to.SendAsync(buffer.AsMemory(sent, Math.Min(piece, received - sent)));
                    }
                }
            }
            catch (Exception reset) when (reset is SocketException or ObjectDisposedException)
            {
                // One of the two is gone.
            }
        }
    }
}
