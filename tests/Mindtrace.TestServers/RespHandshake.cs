using System.Net;
using System.Net.Sockets;

namespace Mindtrace.TestServers;

/// <summary>Asks a Redis-compatible server whether it takes commands.</summary>
internal static class RespHandshake
{
    /// <summary>Sends PING; a server that still loads its data answers with an error, which counts as no.</summary>
    public static async Task<bool> AnswersAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync("*1\r\n$4\r\nPING\r\n"u8.ToArray(), cancellationToken);
        var answer = new byte["+PONG"u8.Length];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return answer.AsSpan().SequenceEqual("+PONG"u8);
    }
}
