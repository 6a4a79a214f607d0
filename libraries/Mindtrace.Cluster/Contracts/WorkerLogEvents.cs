using System.Globalization;

namespace Mindtrace.Cluster;

/// <summary>The kinds of events of <c>GET /worker_logs</c>, which manager and nodes have alike.</summary>
public static class WorkerLogEvents
{
    /// <summary>The first: its data is the worker's id.</summary>
    public const string Worker = "worker";

    /// <summary>A line: its data is the line.</summary>
    public const string Line = "line";

    /// <summary>The last: the worker has ended, and all lines were sent. A stream that ends without it was broken off.</summary>
    public const string End = "end";

    /// <summary>Writes the path by which a worker's log is followed.</summary>
    /// <param name="request">Which worker, and how many of the lines that are there already.</param>
    /// <returns>The path, below the service's address.</returns>
    public static string PathOf(WorkerOutputRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{WorkerDirectoryOperations.WorkerLogs.Name}?worker_id={Uri.EscapeDataString(request.WorkerId)}&lines={request.Lines}");
    }
}
