using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>What a worker does that cannot reach the store for as long as its lease lasts. On the wire: the name in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobOverlap>))]
public enum JobOverlap
{
    /// <summary>It runs on, and its outcome counts if no other attempt has begun: right for long jobs that may run twice.</summary>
    [JsonStringEnumMemberName("allow")] Allow,

    /// <summary>It stops at the lease's end, when another attempt may begin: right for jobs that must never run side by side.</summary>
    [JsonStringEnumMemberName("never")] Never,
}
