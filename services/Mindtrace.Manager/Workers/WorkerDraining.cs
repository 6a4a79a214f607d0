using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Workers;

/// <summary>Drains and resumes single workers.</summary>
internal sealed class WorkerDraining(RedisWorkerDirectory directory, WorkerStatuses statuses, PeerClients peers, TimeProvider time)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Lets a worker take no more jobs. One that cannot be reached from here finds word of it in the store.</summary>
    /// <exception cref="WorkerNotFoundException">There is no such worker.</exception>
    /// <exception cref="WorkerEndedException">It has ended.</exception>
    public async Task<WorkerStatus> DrainAsync(DrainWorkerRequest request, CancellationToken cancellationToken)
    {
        var worker = await FindAsync(request.WorkerId, cancellationToken);
        if (!await HasDrainedAsync(worker, request, cancellationToken) && !await directory.DrainAsync(worker.Id, request.Timeout, cancellationToken))
        {
            throw new WorkerEndedException(request.WorkerId);
        }

        return await statuses.FindAsync(request.WorkerId, cancellationToken);
    }

    /// <summary>Lets a drained worker take jobs again.</summary>
    /// <exception cref="WorkerNotFoundException">There is no such worker.</exception>
    /// <exception cref="WorkerEndedException">It has ended, or was let go.</exception>
    public async Task<WorkerStatus> ResumeAsync(string workerId, CancellationToken cancellationToken)
    {
        var worker = await FindAsync(workerId, cancellationToken);
        return await directory.ResumeAsync(worker.Id, cancellationToken)
            ? await statuses.FindAsync(workerId, cancellationToken)
            : throw new WorkerEndedException(workerId);
    }

    private async Task<KnownWorker> FindAsync(string workerId, CancellationToken cancellationToken) =>
        WorkerId.TryParse(workerId, out var id) && await directory.FindAsync(id, cancellationToken) is { } worker
            ? worker
            : throw new WorkerNotFoundException(workerId);

    /// <summary>Has the worker itself take no more, so that it does not any more when this returns.</summary>
    /// <returns>Whether it answered. One in another language, which goes by no word in the store, has to, unless it has no address.</returns>
    private async Task<bool> HasDrainedAsync(KnownWorker worker, DrainWorkerRequest request, CancellationToken cancellationToken)
    {
        if (worker.Url is null)
        {
            return false;
        }

        using var limit = new CancellationTokenSource(AnswerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await peers.To(worker.Url).CallAsync(WorkerOperations.Drain, new DrainRequest { TimeoutSeconds = request.TimeoutSeconds }, either.Token);
            return true;
        }
        catch (ServiceUnreachableException) when (worker.BeatsByItself)
        {
            return false;
        }
        catch (OperationCanceledException) when (worker.BeatsByItself && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
