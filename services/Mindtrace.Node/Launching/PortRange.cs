using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mindtrace.Node.Launching;

/// <summary>A range of ports, both ends included. <c>a-b</c> and <c>a,b</c> mean the same.</summary>
internal readonly record struct PortRange(int First, int Last)
{
    public static bool TryParse(string? text, out PortRange range)
    {
        range = default;
        if (text?.Split('-', ',') is not [var first, var last]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            || !int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            || from < 1 || to > 65535 || from > to)
        {
            return false;
        }

        range = new PortRange(from, to);
        return true;
    }

    /// <summary>Finds the first port that is neither taken by us nor by anyone else on this machine.</summary>
    /// <returns>The port; <see langword="null"/> when there is none.</returns>
    public int? FindFree(IReadOnlySet<int> taken)
    {
        for (var port = First; port <= Last; port++)
        {
            if (!taken.Contains(port) && IsFree(port))
            {
                return port;
            }
        }

        return null;
    }

    public override string ToString() => $"[{First}, {Last}]";

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
