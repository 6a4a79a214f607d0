using System.Text.Json;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>What the code of a job may ask of the worker that runs it, about that job alone: the <see cref="JobCapability"/> says which it is.</summary>
public static class OwnJobOperations
{
    /// <summary>Tells the code what it runs.</summary>
    public static readonly Operation<Unit, OwnJob> OwnJob = new("own_job", Role.Job)
    {
        Description = "Answers the caller's own job: its payload, the number of the attempt, and whether that is to stop.",
    };

    /// <summary>Tells that the attempt gets on.</summary>
    public static readonly Operation<Unit, Unit> ReportProgress = new("report_progress", Role.Job)
    {
        Description = "Tells that the caller's attempt gets on. A job with a heartbeat_timeout is stopped when this is not called for so long.",
    };

    /// <summary>Prints to the job's log.</summary>
    public static readonly Operation<WriteJobLogRequest, Unit> WriteJobLog = new("write_job_log", Role.Job)
    {
        Description = "Prints to the log of the caller's own job. The answer waits while the store is slow or away.",
    };
}

/// <summary>A job, as its own code is told of it.</summary>
/// <param name="JobId">The job.</param>
/// <param name="SchemaName">Its type.</param>
/// <param name="Attempt">The number of the attempt, from 1.</param>
/// <param name="Payload">The job's input.</param>
/// <param name="Stopping">Whether the attempt is to stop: cancelled, timed out, or the worker shuts down.</param>
public sealed record OwnJob(JobId JobId, JobType SchemaName, int Attempt, JsonElement Payload, bool Stopping);

/// <summary>Something to print to the log of the caller's own job.</summary>
/// <param name="Line">The line. One with line breaks is several, and one of more than 16,384 characters is kept in pieces.</param>
public sealed record WriteJobLogRequest(string Line)
{
    /// <summary>Gets where it was printed. The default is <c>stdout</c>.</summary>
    public JobLogStream Stream { get; init; } = JobLogStream.Stdout;
}
