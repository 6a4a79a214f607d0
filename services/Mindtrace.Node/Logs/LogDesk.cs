using Mindtrace.Cluster;
using Mindtrace.Node.Launching;
using Mindtrace.Services;

namespace Mindtrace.Node.Logs;

/// <summary>Finds what a worker wrote, by the worker's id or name or by its launch.</summary>
internal sealed class LogDesk(Launches launches)
{
    /// <exception cref="InvalidRequestException">Not exactly one of the three was named.</exception>
    /// <exception cref="WorkerNotFoundException">There is no such log.</exception>
    public WorkerOutput Find(WorkerLogsRequest request) => request switch
    {
        { WorkerId: { } id, WorkerName: null, LaunchId: null } =>
            Latest(_ => true, output => output.WorkerId.ToString() == id) ?? throw new WorkerNotFoundException($"a worker with the id '{id}'"),
        { WorkerId: null, WorkerName: { } name, LaunchId: null } =>
            Latest(launch => launch.WorkerName == name, _ => true) ?? throw new WorkerNotFoundException($"a worker named '{name}'"),
        { WorkerId: null, WorkerName: null, LaunchId: { } launch } =>
            launches.Get(launch).Outputs is [.., var latest] ? latest : throw new WorkerNotFoundException($"launch '{launch}'"),
        _ => throw new InvalidRequestException("worker_id", "is required, or worker_name or launch_id instead of it"),
    };

    private WorkerOutput? Latest(Func<Launch, bool> ofLaunch, Func<WorkerOutput, bool> filter) =>
        launches.Where(ofLaunch).SelectMany(launch => launch.Outputs).LastOrDefault(filter);
}
