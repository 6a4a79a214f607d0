using System.Text.Json.Serialization;

namespace Mindtrace.Jobs;

/// <summary>One line of a job's log.</summary>
/// <param name="Number">Its place in the log, from 1, over all attempts.</param>
/// <param name="Attempt">The attempt that wrote it, from 1.</param>
/// <param name="Stream">Where it was written.</param>
/// <param name="At">When, by the worker's clock.</param>
/// <param name="Line">The line without its end.</param>
public sealed record JobLogLine(long Number, int Attempt, JobLogStream Stream, DateTimeOffset At, string Line);

/// <summary>Where a line of a job's log was written.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobLogStream>))]
public enum JobLogStream
{
    /// <summary>By the job, to its standard output.</summary>
    [JsonStringEnumMemberName("stdout")] Stdout,

    /// <summary>By the job, to its standard error.</summary>
    [JsonStringEnumMemberName("stderr")] Stderr,

    /// <summary>By what the job runs in: what was made ready for it, and what was cut from its log.</summary>
    [JsonStringEnumMemberName("environment")] Environment,
}
