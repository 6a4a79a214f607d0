using System.Net;
using System.Net.Sockets;

namespace Mindtrace.Hosting.Ports;

/// <summary>A port that must be free.</summary>
/// <param name="Port">The port on the loopback addresses.</param>
/// <param name="NeededBy">What listens there, for people.</param>
/// <param name="Setting">What to change to have another port.</param>
internal sealed record FixedPort(int Port, string NeededBy, string Setting)
{
    /// <exception cref="DistributedApplicationException">One or more ports are taken; the message names them all.</exception>
    public static void EnsureFree(IEnumerable<FixedPort> ports)
    {
        var taken = ports.Where(port => !port.IsFree()).Select(port =>
            $"Port {port.Port}, needed by {port.NeededBy}, is taken. Stop what listens there, or change {port.Setting}.").ToList();
        if (taken.Count > 0)
        {
            throw new DistributedApplicationException(string.Join(Environment.NewLine, taken));
        }
    }

    private bool IsFree() => CanListen(IPAddress.Loopback) && (!Socket.OSSupportsIPv6 || CanListen(IPAddress.IPv6Loopback));

    private bool CanListen(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, Port));
            socket.Listen();
            return true;
        }
        catch (SocketException fault)
        {
            // A machine without this kind of address has nothing there that could be in the way.
            return fault.SocketErrorCode is SocketError.AddressNotAvailable;
        }
    }
}
