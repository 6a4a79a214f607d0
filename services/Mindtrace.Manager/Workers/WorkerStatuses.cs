using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;

namespace Mindtrace.Manager.Workers;

/// <summary>Tells what is known of workers: what they do comes from the live attempts, so it is never behind.</summary>
internal sealed class WorkerStatuses(RedisWorkerDirectory directory, IAttemptStore attempts, WorkerInquiry inquiry)
{
    public async Task<WorkerStatus> FindAsync(string workerId, CancellationToken cancellationToken) =>
        await LookUpAsync(workerId, cancellationToken) is { } worker ? await StatusAsync(worker, cancellationToken) : UnknownId(workerId);

    public async Task<WorkerStatus> FindByUrlAsync(string url, CancellationToken cancellationToken) =>
        await directory.FindByUrlAsync(url, cancellationToken) is { } worker ? await StatusAsync(worker, cancellationToken) : UnknownUrl(url);

    public async Task<WorkerStatus> QueryAsync(string workerId, CancellationToken cancellationToken) =>
        await LookUpAsync(workerId, cancellationToken) is { } worker ? await QueryAsync(worker, cancellationToken) : UnknownId(workerId);

    public async Task<WorkerStatus> QueryByUrlAsync(string url, CancellationToken cancellationToken) =>
        await directory.FindByUrlAsync(url, cancellationToken) is { } worker ? await QueryAsync(worker, cancellationToken) : UnknownUrl(url);

    public async Task<ListWorkersResponse> ListAsync(CancellationToken cancellationToken)
    {
        var workers = await directory.ListAsync(cancellationToken);
        var running = (await attempts.ListRunningAsync(worker: null, cancellationToken)).ToLookup(attempt => attempt.Worker);
        return new ListWorkersResponse([.. workers.Select(worker => Status(worker, [.. running[worker.Id]]))]);
    }

    private async Task<KnownWorker?> LookUpAsync(string workerId, CancellationToken cancellationToken) =>
        WorkerId.TryParse(workerId, out var id) ? await directory.FindAsync(id, cancellationToken) : null;

    private async Task<WorkerStatus> StatusAsync(KnownWorker worker, CancellationToken cancellationToken) =>
        Status(worker, await attempts.ListRunningAsync(worker.Id, cancellationToken));

    /// <summary>Asks the worker. What it says of its work counts more than what the store knows; silence is no sign of life.</summary>
    /// <remarks>One without an address cannot be asked: its calls tell.</remarks>
    private async Task<WorkerStatus> QueryAsync(KnownWorker worker, CancellationToken cancellationToken)
    {
        if (worker.Url is null)
        {
            return await StatusAsync(worker, cancellationToken);
        }

        var known = Status(worker, []);
        if (await inquiry.AskAsync(worker, cancellationToken) is { } answer)
        {
            await directory.TouchAsync(worker.Id, cancellationToken);
            return known with { Status = answer.Status, JobId = answer.JobId };
        }

        if (!worker.BeatsByItself)
        {
            await directory.RemoveAsync(worker.Id, cancellationToken);
        }

        return known with { Status = WorkerState.Nonexistent };
    }

    private static WorkerStatus Status(KnownWorker worker, IReadOnlyList<RunningAttempt> running)
    {
        var state = worker.IsSilent ? WorkerState.Nonexistent : running.Count > 0 ? WorkerState.Running : WorkerState.Idle;
        JobId? job = running.Count > 0 ? running[0].Key.JobId : null;
        return new WorkerStatus(worker.Id.Value, string.Join(',', worker.Types), worker.Url?.AbsoluteUri ?? "", job, state, worker.LastBeatAt)
        {
            NodeUrl = worker.NodeUrl, IsDraining = worker.Drain is not null, DrainDeadline = worker.Drain?.Deadline,
        };
    }

    private static WorkerStatus UnknownId(string workerId) => new(workerId, "", "", JobId: null, WorkerState.Nonexistent, LastHeartbeat: null);

    private static WorkerStatus UnknownUrl(string url) => new("", "", url, JobId: null, WorkerState.Nonexistent, LastHeartbeat: null);
}
