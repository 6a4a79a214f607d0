using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Jobs;

namespace Mindtrace.Manager.Routing;

/// <summary>Empties queues and stores on request.</summary>
internal sealed partial class ClusterClearing(
    IJobStore store, IJobQueue queue, JobTypeCatalog types, RedisWorkerDirectory workers, ILogger<ClusterClearing> logger)
{
    private const string QueueCleared = "queue cleared";

    /// <summary>Cancels the queued jobs of a type, and empties its queue. The records are closed first: a message that is left is dropped.</summary>
    /// <remarks>Whether there is such a queue is asked before anything is cancelled.</remarks>
    /// <exception cref="JobQueueNotFoundException">There is no such queue.</exception>
    public async Task ClearQueueAsync(JobType type, CancellationToken cancellationToken)
    {
        await queue.CountAsync(type, cancellationToken);
        var cancelled = await store.CancelQueuedAsync(type, QueueCleared, cancellationToken);
        var purged = await queue.PurgeAsync(type, cancellationToken);
        LogQueueCleared(type, cancelled, purged);
    }

    /// <summary>Forgets all jobs, schedules, routes, job types and workers, and empties the queues.</summary>
    public async Task ClearAllAsync(CancellationToken cancellationToken)
    {
        var routed = (await store.ListRoutesAsync(cancellationToken)).Keys.ToList();
        var forgotten = await store.ClearAsync(cancellationToken);
        await types.ClearAsync(cancellationToken);
        await workers.ClearAsync(cancellationToken);
        foreach (var type in routed)
        {
            try
            {
                await queue.PurgeAsync(type, cancellationToken);
            }
            catch (JobQueueNotFoundException)
            {
                // A type that goes to an endpoint has none.
            }
        }

        LogCleared(forgotten, routed.Count);
    }

    [LoggerMessage(LogLevel.Warning, "Queue {JobType} was cleared on request: {Cancelled} jobs cancelled, {Purged} messages dropped")]
    private partial void LogQueueCleared(JobType jobType, int cancelled, long purged);

    [LoggerMessage(LogLevel.Warning, "All was cleared on request: {Jobs} jobs and the routes of {Types} job types forgotten")]
    private partial void LogCleared(int jobs, int types);
}
