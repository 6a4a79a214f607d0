using Mindtrace.Cluster;

namespace Mindtrace.Node.Launching;

/// <summary>One launch of a worker: how far it is, and once there is one, its process.</summary>
internal sealed class Launch(Guid id, LaunchWorkerRequest request, Uri? url)
{
    private volatile LaunchStatus _status = new(id, LaunchState.Pending);

    public LaunchWorkerRequest Request { get; } = request;

    /// <summary>Gets the id that the worker is given: whatever answers at its URL under another one is not the worker.</summary>
    public Guid WorkerId { get; } = Guid.NewGuid();

    /// <summary>Gets where the worker is to be; none when no port was left.</summary>
    public Uri? Url { get; } = url;

    public WorkerProcess? Process { get; set; }

    public LaunchStatus Status => _status;

    /// <summary>Gets whether the port is given away: the process runs or is yet to be started.</summary>
    public bool HoldsPort => Status.Status is not LaunchState.Failed && Process is not { HasExited: true };

    public void Running() => _status = _status with { Status = LaunchState.Running };

    public void Ready() => _status = _status with
    {
        Status = LaunchState.Ready, WorkerId = WorkerId.ToString(), WorkerName = Request.WorkerName ?? WorkerId.ToString(), WorkerUrl = Url!.AbsoluteUri,
    };

    public void Failed(string error) => _status = _status with { Status = LaunchState.Failed, Error = error };
}
