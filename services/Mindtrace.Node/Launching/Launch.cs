using System.Runtime.CompilerServices;
using Mindtrace.Cluster;
using Mindtrace.Node.Logs;
using Mindtrace.Node.Ports;
using Mindtrace.Node.Processes;
using Mindtrace.Node.Programs;
using Mindtrace.Node.Resources;

namespace Mindtrace.Node.Launching;

/// <summary>One launch of a worker: how far it is, and what it owns: a port, what is set aside for it, and once there is one, a process.</summary>
internal sealed class Launch : IDisposable
{
    private readonly PortLease? _port;
    private readonly Reservation _reservation;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile StrongBox<Guid> _workerId;
    private volatile LaunchStatus _status;

    public Launch(Guid id, LaunchWorkerRequest request, Uri? url, PortLease? port, Reservation reservation, Guid workerId)
    {
        (Id, Request, Url, _port, _reservation, Stopping) = (id, request, url, port, reservation, _stopping.Token);
        _workerId = new StrongBox<Guid>(workerId);
        _status = new LaunchStatus(id, LaunchState.Pending);
    }

    public Guid Id { get; }

    public LaunchWorkerRequest Request { get; }

    /// <summary>Gets where the worker is to be; none when no port was left.</summary>
    public Uri? Url { get; }

    /// <summary>Gets what is set aside for the worker.</summary>
    public Reservation Reservation => _reservation;

    /// <summary>Gets the id that the worker is given, a new one with each start: whatever answers at its URL under another one is not the worker.</summary>
    public Guid WorkerId => _workerId.Value;

    public string WorkerName => Request.WorkerName ?? WorkerId.ToString();

    /// <summary>Gets the worker's name as people read it in logs and traces, where an id says little.</summary>
    public string DisplayName => Request.WorkerName ?? Request.WorkerType.Value;

    /// <summary>Gets the worker's process, the latest one; none as long as none was started.</summary>
    public WorkerProcess? Process { get; private set; }

    /// <summary>Gets or sets what is started, at first and again after a crash; none before it was found for the first time.</summary>
    public LaunchableProgram? Program { get; set; }

    /// <summary>Gets what the worker's processes wrote: that of the latest one, and before it that of the one before.</summary>
    public IReadOnlyList<WorkerOutput> Outputs { get; private set; } = [];

    public LaunchStatus Status => _status;

    /// <summary>Gets a token that is cancelled when the worker is to be shut down.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Gets a task that ends when nothing is left of the worker: no process, no port.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Gets or sets what carries the latest process's output to the node's log.</summary>
    public Task Carrying { get; set; } = Task.CompletedTask;

    /// <summary>Gets or sets what watches over the worker, until its end has been reported.</summary>
    public Task Life { get; set; } = Task.CompletedTask;

    /// <summary>Asks for the worker's shutdown.</summary>
    public void Stop() => _stopping.Cancel();

    public void Running() => _status = new LaunchStatus(Id, LaunchState.Running);

    /// <summary>Notes the process of the worker, and what it writes.</summary>
    /// <returns>What it writes.</returns>
    public WorkerOutput Own(WorkerProcess process, WorkerLog log)
    {
        Process?.Dispose();
        Process = process;
        foreach (var old in Outputs.SkipLast(1))
        {
            old.Log.Delete();
        }

        var output = new WorkerOutput(WorkerId, log, process.Exited);
        Outputs = [.. Outputs.TakeLast(1), output];
        return output;
    }

    public void Ready() => _status = new LaunchStatus(Id, LaunchState.Ready)
    {
        WorkerId = WorkerId.ToString(), WorkerName = WorkerName, WorkerUrl = Url!.AbsoluteUri,
    };

    /// <summary>Begins anew after a crash: the same worker by name and URL, under a new id.</summary>
    public void Restarting(Guid workerId)
    {
        _workerId = new StrongBox<Guid>(workerId);
        Running();
    }

    public void Failed(string error) => _status = new LaunchStatus(Id, LaunchState.Failed) { Error = error };

    /// <summary>Gives back what the worker had: the port, and what was set aside for it.</summary>
    public void End()
    {
        _port?.Dispose();
        _reservation.Dispose();
        _ended.TrySetResult();
    }

    public void Dispose()
    {
        Process?.Dispose();
        _port?.Dispose();
        _reservation.Dispose();
        _stopping.Dispose();
    }
}
