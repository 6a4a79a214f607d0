using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>Where a job stands. On the wire: the name in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>Accepted, and waiting: for a worker, for its time, or for its next attempt.</summary>
    [JsonStringEnumMemberName("queued")] Queued,

    /// <summary>An attempt holds it.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>Final: it ran and succeeded.</summary>
    [JsonStringEnumMemberName("completed")] Completed,

    /// <summary>Final: it ran and did not succeed. A dead letter until somebody acts.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Final: it could not be run (no route, invalid payload, worker lost too often).</summary>
    [JsonStringEnumMemberName("error")] Error,

    /// <summary>Final: somebody cancelled it.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}

/// <summary>What follows from a <see cref="JobState"/>.</summary>
public static class JobStates
{
    /// <summary>Tells whether nothing but a requeue changes the job any more.</summary>
    /// <param name="state">The state.</param>
    /// <returns><see langword="true"/> for completed, failed, error and cancelled.</returns>
    public static bool IsFinal(this JobState state) => state > JobState.Running;
}
