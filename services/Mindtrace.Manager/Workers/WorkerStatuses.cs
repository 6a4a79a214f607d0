using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;

namespace Mindtrace.Manager.Workers;

/// <summary>Tells what is known of workers: what they do comes from the live attempts, so it is never behind.</summary>
internal sealed class WorkerStatuses(RedisWorkerDirectory directory, IAttemptStore attempts)
{
    public async Task<WorkerStatus> FindAsync(string workerId, CancellationToken cancellationToken) =>
        WorkerId.TryParse(workerId, out var id) && await directory.FindAsync(id, cancellationToken) is { } worker
            ? Status(worker, await attempts.ListRunningAsync(worker.Id, cancellationToken))
            : new WorkerStatus(workerId, "", "", JobId: null, WorkerState.Nonexistent, LastHeartbeat: null);

    public async Task<WorkerStatus> FindByUrlAsync(string url, CancellationToken cancellationToken) =>
        await directory.FindByUrlAsync(url, cancellationToken) is { } worker
            ? Status(worker, await attempts.ListRunningAsync(worker.Id, cancellationToken))
            : new WorkerStatus("", "", url, JobId: null, WorkerState.Nonexistent, LastHeartbeat: null);

    public async Task<ListWorkersResponse> ListAsync(CancellationToken cancellationToken)
    {
        var workers = await directory.ListAsync(cancellationToken);
        var running = (await attempts.ListRunningAsync(worker: null, cancellationToken)).ToLookup(attempt => attempt.Worker);
        return new ListWorkersResponse([.. workers.Select(worker => Status(worker, [.. running[worker.Id]]))]);
    }

    private static WorkerStatus Status(KnownWorker worker, IReadOnlyList<RunningAttempt> running)
    {
        var state = worker.IsSilent ? WorkerState.Nonexistent : running.Count > 0 ? WorkerState.Running : WorkerState.Idle;
        JobId? job = running.Count > 0 ? running[0].Key.JobId : null;
        return new WorkerStatus(worker.Id.Value, string.Join(',', worker.Types), worker.Url.AbsoluteUri, job, state, worker.LastBeatAt);
    }
}
