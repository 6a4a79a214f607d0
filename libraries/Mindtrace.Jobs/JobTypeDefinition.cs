using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>What is agreed for all jobs of a type. What a job says itself goes before it.</summary>
/// <param name="JobType">The job type.</param>
public sealed record JobTypeDefinition(JobType JobType)
{
    /// <summary>Gets what jobs of the type do, in a sentence or two for people and language models.</summary>
    /// <value>Up to 1000 characters. The default is nothing.</value>
    [MaxLength(1000)]
    public string? Description { get; init; }

    /// <summary>Gets the JSON Schema of the payload; a job whose payload breaks it is not accepted. The default is any JSON.</summary>
    public JsonElement? InputSchema { get; init; }

    /// <summary>Gets the JSON Schema of the output, for those who read it; it is not enforced. The default is any JSON.</summary>
    public JsonElement? OutputSchema { get; init; }

    /// <summary>Gets the order of the queue. It counts when the queue is made; an existing queue is used as it is. The default is first in, first out.</summary>
    public QueueOrder Queue { get; init; } = QueueOrder.Fifo;

    /// <summary>Gets how many attempts of a job may fail.</summary>
    /// <value>1 to 1000. The default is 1: no retry.</value>
    [Range(1, 1000)]
    public int? MaxAttempts { get; init; }

    /// <summary>Gets how long one attempt may run.</summary>
    /// <value>Seconds on the wire, up to 366 days. The default is no limit.</value>
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets how long a job may wait for a worker once it is due, anew before each attempt.</summary>
    /// <value>Seconds on the wire, up to 366 days. The default is no limit.</value>
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan? WaitTimeout { get; init; }

    /// <summary>Gets how long a job may take from its first due time to its end, all waits and attempts included.</summary>
    /// <value>Seconds on the wire, up to 366 days. The default is no limit.</value>
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan? JobTimeout { get; init; }

    /// <summary>Gets how long an attempt may go without reporting progress. For code that reports progress only.</summary>
    /// <value>Seconds on the wire, up to 366 days. The default is no limit.</value>
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan? HeartbeatTimeout { get; init; }

    /// <summary>Gets how the wait grows between the attempts. The default is <see cref="JobBackoff.Default"/>.</summary>
    public JobBackoff? Backoff { get; init; }

    /// <summary>Gets the exceptions after which no further attempt is made: names of their types or of types they derive from, simple or full.</summary>
    /// <value>Up to 100 names. The default is none.</value>
    [MaxLength(100)]
    public IReadOnlyList<string>? FinalErrors { get; init; }

    /// <summary>Gets how many lost workers a job may cost before it is taken for the cause.</summary>
    /// <value>0 to 1000. The default is the cluster's, which is 3 unless set.</value>
    [Range(0, 1000)]
    public int? MaxDeaths { get; init; }

    /// <summary>Gets whether an attempt may run on while its worker cannot reach the store, and another attempt may have begun. The default is that it may.</summary>
    public JobOverlap? Overlap { get; init; }

    /// <summary>Gives a job what it does not say itself.</summary>
    /// <param name="job">A job of this type.</param>
    /// <returns>The job.</returns>
    public Job ApplyTo(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job with
        {
            MaxAttempts = job.MaxAttempts ?? MaxAttempts,
            Timeout = job.Timeout ?? Timeout,
            WaitTimeout = job.WaitTimeout ?? WaitTimeout,
            JobTimeout = job.JobTimeout ?? JobTimeout,
            HeartbeatTimeout = job.HeartbeatTimeout ?? HeartbeatTimeout,
            Backoff = job.Backoff ?? Backoff,
            FinalErrors = job.FinalErrors ?? FinalErrors,
            MaxDeaths = job.MaxDeaths ?? MaxDeaths,
            Overlap = job.Overlap ?? Overlap,
        };
    }
}
