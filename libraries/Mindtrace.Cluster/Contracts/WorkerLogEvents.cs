namespace Mindtrace.Cluster;

/// <summary>The kinds of events of <c>GET /worker_logs</c>.</summary>
public static class WorkerLogEvents
{
    /// <summary>The first: its data is the worker's id.</summary>
    public const string Worker = "worker";

    /// <summary>A line: its data is the line.</summary>
    public const string Line = "line";

    /// <summary>The last: the worker has ended, and all lines were sent. A stream that ends without it was broken off.</summary>
    public const string End = "end";
}
