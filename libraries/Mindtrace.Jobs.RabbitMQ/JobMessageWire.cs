using System.Globalization;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;

namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>How a job travels in an AMQP message: as Python's publishers and consumers know it, with headers of our own on top.</summary>
internal static class JobMessageWire
{
    public const string JobIdHeader = "x-mindtrace-job-id";
    public const string AcceptedAtHeader = "x-mindtrace-accepted-at";
    public const string PriorityHeader = "x-mindtrace-priority";

    // The client library overwrites traceparent and tracestate with the context of its own publish span whenever someone listens
    // to that. Foreign consumers may follow those; ours follow the context that the job was accepted under.
    public const string TraceParentHeader = "x-mindtrace-traceparent";
    public const string TraceStateHeader = "x-mindtrace-tracestate";
    public const string StandardTraceParentHeader = "traceparent";
    public const string StandardTraceStateHeader = "tracestate";

    // What Python's publisher sends. Its job_id is no job's id but a new one for each message.
    public const string PythonJobIdHeader = "job_id";
    public const string PythonRoutingKeyHeader = "routing_key";

    // RabbitMQ 4.3 counts each time that a quorum queue handed the message out (acquired), and failed attempts alone (delivery);
    // before, there is one count, of both. Classic queues only tell that there was an earlier delivery.
    private const string AcquiredCountHeader = "x-acquired-count";
    private const string DeliveryCountHeader = "x-delivery-count";

    // In quorum queues a message without priority and one of priority 0, which Python sends, rank as 4.
    private const int UnsetRank = 4;
    private const int HighestRank = 31;

    /// <summary>Makes the properties of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="ranked">Whether the queue may hand it out by its priority. Quorum queues do whenever the property is set.</param>
    public static BasicProperties Write(JobMessage message, bool ranked)
    {
        var headers = new Dictionary<string, object?>(10)
        {
            [PythonJobIdHeader] = message.JobId.Value,
            [PythonRoutingKeyHeader] = message.JobType.Value,
            [JobIdHeader] = message.JobId.Value,
        };
        if (message.Priority > 0)
        {
            headers[PriorityHeader] = message.Priority;
        }

        if (message.AcceptedAt is { } acceptedAt)
        {
            headers[AcceptedAtHeader] = acceptedAt.ToString("O", CultureInfo.InvariantCulture);
        }

        if (message.TraceParent is { } traceParent)
        {
            headers[TraceParentHeader] = headers[StandardTraceParentHeader] = traceParent;
        }

        if (message.TraceState is { } traceState)
        {
            headers[TraceStateHeader] = headers[StandardTraceStateHeader] = traceState;
        }

        return new BasicProperties
        {
            ContentType = "application/json",
            DeliveryMode = DeliveryModes.Persistent,
            Priority = ranked && message.Priority > 0 ? (byte)Math.Min(HighestRank, UnsetRank + message.Priority) : (byte)0,
            Headers = headers,
        };
    }

    /// <summary>Reads a message of ours or of a foreign publisher, whose job's id is in the body.</summary>
    /// <param name="queue">The queue that it came from.</param>
    /// <param name="properties">Its properties.</param>
    /// <param name="body">Its body, which is copied.</param>
    /// <returns>The message; <see langword="null"/> when it names no job.</returns>
    public static JobMessage? Read(JobType queue, IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body)
    {
        var headers = properties.Headers;
        if (!JobId.TryParse(Text(headers, JobIdHeader), out var jobId))
        {
            return TryReadJobId(body, out jobId)
                ? new JobMessage(jobId, queue, body.ToArray())
                {
                    TraceParent = Text(headers, StandardTraceParentHeader),
                    TraceState = Text(headers, StandardTraceStateHeader),
                }
                : null;
        }

        return new JobMessage(jobId, queue, body.ToArray())
        {
            Priority = (int)Math.Clamp(Number(headers, PriorityHeader) ?? 0, 0, 255),
            AcceptedAt = Time(Text(headers, AcceptedAtHeader)),
            TraceParent = Text(headers, TraceParentHeader),
            TraceState = Text(headers, TraceStateHeader),
        };
    }

    /// <summary>Reads how often the queue handed the message out before.</summary>
    public static int DeliveryCount(IReadOnlyBasicProperties properties, bool redelivered)
    {
        var count = Number(properties.Headers, AcquiredCountHeader) ?? Number(properties.Headers, DeliveryCountHeader) ?? 0;
        return (int)Math.Clamp(count, redelivered ? 1 : 0, int.MaxValue);
    }

    private static bool TryReadJobId(ReadOnlySpan<byte> body, out JobId jobId)
    {
        jobId = default;
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 } && reader.ValueTextEquals("id"u8))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.String && JobId.TryParse(reader.GetString(), out jobId);
                }
            }
        }
        catch (Exception noJob) when (noJob is JsonException or InvalidOperationException)
        {
            // Not JSON, or text that is not UTF-8.
        }

        return false;
    }

    private static string? Text(IDictionary<string, object?>? headers, string name) =>
        headers is not null && headers.TryGetValue(name, out var value) && value is byte[] text ? Encoding.UTF8.GetString(text) : null;

    private static long? Number(IDictionary<string, object?>? headers, string name) =>
        headers is not null && headers.TryGetValue(name, out var value)
            ? value switch
            {
                byte or sbyte or short or ushort or int or uint or long => Convert.ToInt64(value, CultureInfo.InvariantCulture),
                _ => null,
            }
            : null;

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : null;
}
