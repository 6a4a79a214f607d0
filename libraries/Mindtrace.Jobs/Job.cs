using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>A piece of work as a client describes it, and as it travels to the worker.</summary>
public sealed record Job
{
    /// <summary>Gets the id. A new one unless given; a known one names the job that it was given to first.</summary>
    public JobId Id { get; init; } = JobId.New();

    /// <summary>Gets a name for people. The default is <see cref="SchemaName"/>.</summary>
    [StringLength(1024)]
    public string? Name { get; init; }

    /// <summary>Gets the job type, which decides the route.</summary>
    public required JobType SchemaName { get; init; }

    /// <summary>Gets the input of the job: any JSON.</summary>
    public required JsonElement Payload { get; init; }

    /// <summary>Gets the state as the client submitted it; the live one is in the job's status.</summary>
    public JobState Status { get; init; } = JobState.Queued;

    /// <summary>Gets when the client made the job. For people only: the store stamps its own times.</summary>
    [JsonConverter(typeof(LenientTimeJsonConverter))]
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Gets when the latest attempt began. Set by the store.</summary>
    [JsonConverter(typeof(LenientTimeJsonConverter))]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when the job reached its final state. Set by the store.</summary>
    [JsonConverter(typeof(LenientTimeJsonConverter))]
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Gets why the job failed. Set by the store.</summary>
    public string? Error { get; init; }

    /// <summary>Gets a hint for the worker about what to run. Carried, never read, by the cluster.</summary>
    [StringLength(1024)]
    public string? Entrypoint { get; init; }

    /// <summary>Gets the priority in a priority queue.</summary>
    /// <value>0 to 255, higher first. The default is 0. RabbitMQ has 28 levels above 0 and treats higher values as the highest.</value>
    [Range(0, 255)]
    public int? Priority { get; init; }

    /// <summary>Gets how many attempts may fail before the job is <see cref="JobState.Failed"/>.</summary>
    /// <value>1 to 1000. The default is 1: no retry.</value>
    [Range(1, 1000)]
    public int? MaxAttempts { get; init; }

    /// <summary>Gets how long one attempt may run.</summary>
    /// <value>Seconds on the wire, up to 366 days. The default is no limit.</value>
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets how long the job may wait for a worker once it is due, anew before each attempt; then it is <see cref="JobState.Error"/>.</summary>
    /// <value>Seconds on the wire, up to 366 days. The default is no limit.</value>
    [JsonConverter(typeof(SecondsJsonConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? WaitTimeout { get; init; }

    /// <summary>Gets how long the job may take from its first due time to its end, all waits and attempts included; then it is <see cref="JobState.Failed"/>.</summary>
    /// <value>Seconds on the wire, up to 366 days. The default is no limit.</value>
    [JsonConverter(typeof(SecondsJsonConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? JobTimeout { get; init; }

    /// <summary>Gets how long an attempt may go without reporting progress; then it has failed. For code that reports progress only.</summary>
    /// <value>Seconds on the wire, up to 366 days. The default is no limit.</value>
    [JsonConverter(typeof(SecondsJsonConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? HeartbeatTimeout { get; init; }

    /// <summary>Gets how the wait grows between the attempts. The default is <see cref="JobBackoff.Default"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JobBackoff? Backoff { get; init; }

    /// <summary>Gets the exceptions after which no further attempt is made: names of their types or of types they derive from, simple or full.</summary>
    /// <value>Up to 100 names. The default is none.</value>
    [MaxLength(100)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? FinalErrors { get; init; }

    /// <summary>Gets how many lost workers the job may cost before it is taken for the cause and is <see cref="JobState.Error"/>.</summary>
    /// <value>0 to 1000. The default is the cluster's, which is 3 unless set.</value>
    [Range(0, 1000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxDeaths { get; init; }

    /// <summary>
    /// Gets a key that no two jobs of the type have while they are queued or running: submitting a second one answers the status of the
    /// first, and runs nothing.
    /// </summary>
    /// <value>1 to 256 characters. The default is none: the job stands alone.</value>
    [StringLength(256, MinimumLength = 1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UniqueKey { get; init; }

    /// <summary>Gets the job that this one is a replay of. Set by <c>replay_job</c>. The default is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JobId? ReplayOf { get; init; }

    /// <summary>Gets the name of the key that the job was submitted with. Set by the manager; none of a schedule's runs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SubmittedBy { get; init; }

    /// <summary>Gets the time before which the job does not run. The default is at once.</summary>
    [JsonConverter(typeof(LenientTimeJsonConverter))]
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Gets whether an attempt may run on after its lease has lapsed. The default is that it may.</summary>
    public JobOverlap? Overlap { get; init; }

    /// <summary>Gets the number of the latest attempt, from 1. Set by the store.</summary>
    public int? Attempt { get; init; }

    /// <summary>Gets the W3C trace context of the submit, which every attempt continues.</summary>
    [StringLength(256)]
    public string? Traceparent { get; init; }

    /// <summary>Gets the vendor part of the trace context.</summary>
    [StringLength(1024)]
    public string? Tracestate { get; init; }
}
