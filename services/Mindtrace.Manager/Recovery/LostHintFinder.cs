using Microsoft.Extensions.Options;
using Mindtrace.Jobs;
using Mindtrace.Manager.Jobs;
using Mindtrace.Manager.Storage;

namespace Mindtrace.Manager.Recovery;

/// <summary>Publishes again what the broker has lost: a message is a hint, and losing one may cost time, never the job.</summary>
/// <remarks>
/// A queue that holds no message in two looks in a row, while jobs of its type are queued, due and not about to be published, has lost
/// theirs, or they are in the hands of workers; then the second message of a job finds its record and is dropped. A job that goes to
/// an endpoint has an entry until it runs, unless its type was paused; one that lost it in the moment of the resume is found here.
/// </remarks>
internal sealed partial class LostHintFinder(
    IJobStore jobs, IDispatchStore dispatch, IJobQueue queue, JobTypeCatalog types, IOptions<RecoveryOptions> options, TimeProvider time, ILogger<LostHintFinder> logger)
    : RecurringLookAtStore("lost messages", options.Value.LostHintInterval, time, logger)
{
    private readonly HashSet<JobType> _seenEmpty = [];

    /// <inheritdoc/>
    internal override async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await RedispatchAsync(cancellationToken);
            if (found > 0)
            {
                LogFound(found);
            }

            return found;
        }
        catch
        {
            _seenEmpty.Clear();
            throw;
        }
    }

    private async Task<int> RedispatchAsync(CancellationToken cancellationToken)
    {
        var found = 0;
        var paused = await types.ListPausedAsync(cancellationToken);
        foreach (var (type, route) in (await jobs.ListRoutesAsync(cancellationToken)).Where(route => !paused.Contains(route.Key)))
        {
            if (!route.IsEndpoint && await CountAsync(type, cancellationToken) > 0)
            {
                _seenEmpty.Remove(type);
            }
            else if (!_seenEmpty.Add(type))
            {
                found += await dispatch.RedispatchAsync(type, cancellationToken);
            }
        }

        return found;
    }

    private async Task<long> CountAsync(JobType type, CancellationToken cancellationToken)
    {
        try
        {
            return await queue.CountAsync(type, cancellationToken);
        }
        catch (JobQueueNotFoundException)
        {
            return 0;
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Jobs} queued jobs had no message left and are published again")]
    private partial void LogFound(int jobs);
}
