using Mindtrace.Jobs.Redis;

namespace Mindtrace.Cluster;

/// <summary>What this worker knows of itself, and what it is ordered directly.</summary>
internal sealed class WorkerSelf(WorkerIdentity identity, LiveAttempts live, JobPump pump, RedisWorkerDirectory directory, WorkerHeartbeat heartbeat)
{
    public WorkerStatusLocal Status
    {
        get
        {
            var jobs = live.Keys.Select(attempt => attempt.JobId).ToList();
            return jobs.Count == 0
                ? new WorkerStatusLocal(identity.Id.Value, WorkerState.Idle, JobId: null) { IsDraining = pump.IsDraining }
                : new WorkerStatusLocal(identity.Id.Value, WorkerState.Running, jobs[0]) { JobIds = jobs, IsDraining = pump.IsDraining };
        }
    }

    /// <summary>Takes no more jobs from now on.</summary>
    /// <exception cref="WorkerEndedException">The worker was let go.</exception>
    public Task<WorkerStatusLocal> DrainAsync(TimeSpan? timeout, CancellationToken cancellationToken) =>
        OrderAsync(() => directory.DrainAsync(identity.Id, timeout, cancellationToken), cancellationToken);

    /// <summary>Takes jobs again from now on.</summary>
    /// <exception cref="WorkerEndedException">The worker was let go.</exception>
    public Task<WorkerStatusLocal> ResumeAsync(CancellationToken cancellationToken) =>
        OrderAsync(() => directory.ResumeAsync(identity.Id, cancellationToken), cancellationToken);

    /// <summary>Keeps an order in the store, where others may change it, and goes by it. The first beat makes sure that the store knows this worker.</summary>
    private async Task<WorkerStatusLocal> OrderAsync(Func<Task<bool>> order, CancellationToken cancellationToken)
    {
        await heartbeat.BeatNowAsync(cancellationToken).ConfigureAwait(false);
        if (!await order().ConfigureAwait(false))
        {
            throw new WorkerEndedException(identity.Id.Value);
        }

        await heartbeat.BeatNowAsync(cancellationToken).ConfigureAwait(false);
        return Status;
    }
}
