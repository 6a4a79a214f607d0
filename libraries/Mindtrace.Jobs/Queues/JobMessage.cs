using System.Text.Json;

namespace Mindtrace.Jobs;

/// <summary>What a queue carries: a hint that a job may be ready, with enough in it to run the job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="JobType">Its type, which is also the name of the queue.</param>
/// <param name="Body">The <see cref="Job"/> as UTF-8 JSON; empty when the store has to be asked for it, see <see cref="WithoutBody"/>.</param>
public sealed record JobMessage(JobId JobId, JobType JobType, ReadOnlyMemory<byte> Body)
{
    /// <summary>Gets the priority in a priority queue, 0 to 255, higher first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of this range.</exception>
    public int Priority
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 255);
            field = value;
        }
    }

    /// <summary>Gets when the store accepted the job, by the store's clock. None in messages of foreign publishers.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>Gets the W3C trace context of the publish, <c>traceparent</c>.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Gets the vendor part of the trace context, <c>tracestate</c>.</summary>
    public string? TraceState { get; init; }

    /// <summary>Makes the message of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="acceptedAt">When the store accepted it; none when it is in no store.</param>
    /// <returns>The message. A priority out of range, which only a foreign publisher can have sent, becomes the nearest in range.</returns>
    public static JobMessage Of(Job job, DateTimeOffset? acceptedAt = null)
    {
        ArgumentNullException.ThrowIfNull(job);
        return new JobMessage(job.Id, job.SchemaName, JsonSerializer.SerializeToUtf8Bytes(job, JobsJson.Default.Job))
        {
            Priority = Math.Clamp(job.Priority ?? 0, 0, 255), AcceptedAt = acceptedAt, TraceParent = job.Traceparent, TraceState = job.Tracestate,
        };
    }

    /// <summary>Makes the message refer to the job in the store instead of carrying it.</summary>
    /// <returns>The message, with an empty body.</returns>
    public JobMessage WithoutBody() => this with { Body = default };
}
