using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Mindtrace.TestServers;

/// <summary>Asks an AMQP 0-9-1 broker whether it takes connections.</summary>
internal static class AmqpHandshake
{
    private const byte MethodFrame = 1;
    private const uint ConnectionStart = (10 << 16) | 10;
    private const int FrameHeaderBytes = 7;

    /// <summary>Sends the protocol header and expects the method Connection.Start, the broker's first word.</summary>
    public static async Task<bool> AnswersAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), cancellationToken);
        var frame = new byte[FrameHeaderBytes + sizeof(uint)];
        await stream.ReadExactlyAsync(frame, cancellationToken);
        return frame[0] == MethodFrame && BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(FrameHeaderBytes)) == ConnectionStart;
    }
}
