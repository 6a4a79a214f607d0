using System.Diagnostics.CodeAnalysis;

namespace Mindtrace.Jobs.Redis;

/// <summary>A message as bytes: version, fixed headers, then the body as it is.</summary>
internal static class RedisMessageFormat
{
    private const byte Version = 1;
    private const int TypicalHeaderBytes = 160;

    public static byte[] Write(JobMessage message)
    {
        using var stream = new MemoryStream(TypicalHeaderBytes + message.Body.Length);
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write(message.JobId.Value);
        writer.Write((byte)message.Priority);
        writer.Write(message.AcceptedAt?.UtcTicks ?? 0);
        writer.Write(message.TraceParent ?? "");
        writer.Write(message.TraceState ?? "");
        writer.Write(message.Body.Span);
        writer.Flush();
        return stream.ToArray();
    }

    /// <returns><see langword="false"/> when the bytes are of another version, or no message at all.</returns>
    public static bool TryRead(JobType queue, byte[] stored, [NotNullWhen(true)] out JobMessage? message)
    {
        message = null;
        try
        {
            using var stream = new MemoryStream(stored);
            using var reader = new BinaryReader(stream);
            if (reader.ReadByte() != Version || !JobId.TryParse(reader.ReadString(), out var id))
            {
                return false;
            }

            var priority = reader.ReadByte();
            var acceptedAt = reader.ReadInt64();
            var (traceParent, traceState) = (reader.ReadString(), reader.ReadString());
            message = new JobMessage(id, queue, stored.AsMemory((int)stream.Position))
            {
                Priority = priority,
                AcceptedAt = acceptedAt == 0 ? null : new DateTimeOffset(acceptedAt, TimeSpan.Zero),
                TraceParent = traceParent.Length == 0 ? null : traceParent,
                TraceState = traceState.Length == 0 ? null : traceState,
            };
            return true;
        }
        catch (Exception broken) when (broken is IOException or FormatException or ArgumentException)
        {
            return false;
        }
    }
}
