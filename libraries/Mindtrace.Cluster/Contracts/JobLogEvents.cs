namespace Mindtrace.Cluster;

/// <summary>The kinds of events of <c>GET /job_logs</c>.</summary>
public static class JobLogEvents
{
    /// <summary>The first: its data is the job's id.</summary>
    public const string Job = "job";

    /// <summary>A line: its data is a <see cref="Jobs.JobLogLine"/>, its id the line's number.</summary>
    public const string Line = "line";

    /// <summary>The last: the job is final, and all lines were sent. A stream that ends without it is to be followed again from the last line on.</summary>
    public const string End = "end";
}
