using Microsoft.Extensions.Options;
using Mindtrace.Jobs;
using Mindtrace.Manager.Jobs;

namespace Mindtrace.Manager.Recovery;

/// <summary>Publishes again what the broker has lost: a message is a hint, and losing one may cost time, never the job.</summary>
/// <remarks>
/// A queue that holds no message in two looks in a row, while jobs of its type are queued, due and not about to be published, has lost
/// theirs, or they are in the hands of workers; then the second message of a job finds its record and is dropped. A job that goes to
/// an endpoint has an entry until it runs, unless its type was paused; one that lost it in the moment of the resume is found here.
/// </remarks>
internal sealed partial class LostHintFinder(
    IJobStore jobs, IDispatchStore dispatch, IJobQueue queue, JobTypeCatalog types, IOptions<RecoveryOptions> options, TimeProvider time, ILogger<LostHintFinder> logger)
    : BackgroundService
{
    private const int BatchSize = 500;

    private readonly HashSet<JobType> _seenEmpty = [];

    /// <summary>Looks once at every queue.</summary>
    /// <returns>How many jobs are to be published again.</returns>
    internal async Task<int> LookAsync(CancellationToken cancellationToken)
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
                found += await dispatch.RedispatchAsync(type, BatchSize, cancellationToken);
            }
        }

        return found;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.LostHintInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    if (await LookAsync(stoppingToken) is > 0 and var found)
                    {
                        LogFound(found);
                    }
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    _seenEmpty.Clear();
                    LogFault(fault);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is lost stays queued, for another manager or for this one's next start.
        }
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

    [LoggerMessage(LogLevel.Warning, "A look for lost messages failed; the next one is made all the same")]
    private partial void LogFault(Exception fault);
}
