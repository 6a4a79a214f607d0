using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Mindtrace.Services;

/// <summary>Ports for services on the loopback address.</summary>
internal static class LoopbackPort
{
    /// <summary>Finds a port that nothing listens on, below the range that systems give to outgoing connections.</summary>
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
