using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>All that the store knows of a job. The record is the truth; messages are hints.</summary>
public sealed record JobRecord
{
    /// <summary>Gets the job as it was submitted.</summary>
    public required Job Job { get; init; }

    /// <summary>Gets where the job stands.</summary>
    public required JobState State { get; init; }

    /// <summary>Gets the road on which the job was sent; none when its type had no route.</summary>
    public JobRoute? Route { get; init; }

    /// <summary>Gets when the store accepted the job.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Gets the time before which nobody may claim the job.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Gets when the job is to be published next; none when nothing is to be published.</summary>
    public DateTimeOffset? DispatchAt { get; init; }

    /// <summary>Gets the number of the latest attempt, from 1; 0 before the first. Released attempts do not count.</summary>
    public int Attempt { get; init; }

    /// <summary>Gets how many attempts failed.</summary>
    public int Failures { get; init; }

    /// <summary>Gets how many attempts were lost with their worker.</summary>
    public int Deaths { get; init; }

    /// <summary>Gets the token of the latest attempt.</summary>
    public AttemptToken? Token { get; init; }

    /// <summary>Gets how the latest attempt ended; none while it runs.</summary>
    public AttemptEnd? Ended { get; init; }

    /// <summary>Gets who made the latest attempt.</summary>
    public WorkerId? Worker { get; init; }

    /// <summary>Gets when the latest attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when the job became final.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Gets until when the attempt is safe without a renewal; none when no attempt runs.</summary>
    public DateTimeOffset? LeaseExpiresAt { get; init; }

    /// <summary>Gets the <see cref="Job.UniqueKey"/> that the job holds; none when it has none, or is final.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>Gets when the job must have come to its end, of one with a <see cref="Job.JobTimeout"/>.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Gets when the running attempt last reported progress, as far as the store knows; kept of jobs with a <see cref="Job.HeartbeatTimeout"/> only.</summary>
    public DateTimeOffset? ProgressAt { get; init; }

    /// <summary>Gets how long the running attempt had reported no progress when its worker was last heard of.</summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>Gets when somebody first asked to cancel the running attempt; none when nobody did.</summary>
    public DateTimeOffset? CancelRequestedAt { get; init; }

    /// <summary>Gets whether somebody asked to cancel the running attempt.</summary>
    public bool CancelRequested => CancelRequestedAt is not null;

    /// <summary>Gets what the latest attempt produced.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>Gets why the latest attempt, or the job, failed.</summary>
    public string? Error { get; init; }

    /// <summary>Gets what exactly ran the latest attempt whose worker reported its end; none when it did not tell.</summary>
    public JobProvenance? Provenance { get; init; }

    /// <summary>Gets whether the job waits in the dead-letter queue for somebody to act.</summary>
    public bool IsDeadLetter { get; init; }

    /// <summary>Gets the attempts that ended without success, the latest <see cref="JobStateMachine.KeptAttempts"/>.</summary>
    public ImmutableArray<AttemptRecord> Attempts { get; init; } = [];
}

/// <summary>One attempt that ended without success.</summary>
/// <param name="Number">The number of the attempt, from 1.</param>
/// <param name="Worker">Who made it.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="End">How it ended.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record AttemptRecord(
    int Number, WorkerId Worker, DateTimeOffset StartedAt, DateTimeOffset EndedAt, AttemptEnd End, string Reason);

/// <summary>How an attempt ended. On the wire: the name in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AttemptEnd>))]
public enum AttemptEnd
{
    /// <summary>Its worker reported success.</summary>
    [JsonStringEnumMemberName("completed")] Completed,

    /// <summary>Its worker reported a failure.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Its worker reported that it stopped because of a cancel request.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,

    /// <summary>Its worker gave the job back, to be run by another.</summary>
    [JsonStringEnumMemberName("released")] Released,

    /// <summary>Its worker was lost.</summary>
    [JsonStringEnumMemberName("died")] Died,

    /// <summary>It had overrun a limit, or the grace after a cancel request, and did not end by itself.</summary>
    [JsonStringEnumMemberName("stopped")] Stopped,
}
