using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;

namespace Mindtrace.Manager.Workers;

/// <summary>Tells what is known of workers: what they do comes from the live attempts, so it is never behind.</summary>
internal sealed class WorkerStatuses(RedisWorkerDirectory directory, IAttemptStore attempts, TimeProvider time)
{
    private static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(15);

    public async Task<WorkerStatus> FindAsync(string workerId, CancellationToken cancellationToken) =>
        WorkerId.TryParse(workerId, out var id) && await directory.FindAsync(id, cancellationToken) is { } worker
            ? await StatusAsync(worker, cancellationToken)
            : new WorkerStatus(workerId, "", "", JobId: null, WorkerState.Nonexistent, LastHeartbeat: null);

    public async Task<WorkerStatus> FindByUrlAsync(string url, CancellationToken cancellationToken) =>
        await directory.FindByUrlAsync(url, cancellationToken) is { } worker
            ? await StatusAsync(worker, cancellationToken)
            : new WorkerStatus("", "", url, JobId: null, WorkerState.Nonexistent, LastHeartbeat: null);

    public async Task<ListWorkersResponse> ListAsync(CancellationToken cancellationToken)
    {
        var workers = await directory.ListAsync(cancellationToken);
        return new ListWorkersResponse(await Task.WhenAll(workers.Select(worker => StatusAsync(worker, cancellationToken))));
    }

    private async Task<WorkerStatus> StatusAsync(KnownWorker worker, CancellationToken cancellationToken)
    {
        var running = await attempts.ListRunningAsync(worker.Id, cancellationToken);
        var state = time.GetUtcNow() - worker.LastBeatAt > SilentAfter ? WorkerState.Nonexistent
            : running.Count > 0 ? WorkerState.Running
            : WorkerState.Idle;
        JobId? job = running.Count > 0 ? running[0].Key.JobId : null;
        return new WorkerStatus(worker.Id.Value, string.Join(',', worker.Types), worker.Url.AbsoluteUri, job, state, worker.LastBeatAt);
    }
}
