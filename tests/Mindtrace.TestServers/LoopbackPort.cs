using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Mindtrace.TestServers;

/// <summary>Ports for servers on the loopback address.</summary>
public static class LoopbackPort
{
    /// <summary>Finds a port that nothing listens on.</summary>
    /// <remarks>
    /// It lies below the range that systems give to outgoing connections (32768 and up, or 49152 and up). A port of that
    /// range could be taken while its server is down, and a client that reconnects to it could be connected to itself.
    /// </remarks>
    public static int FindFree()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(20_000, 32_768);
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                continue;
            }
        }
    }
}
