using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Services;

namespace Mindtrace.Node.Launching;

/// <summary>Tells the manager of workers that have ended, so that what they ran goes on elsewhere at once.</summary>
internal sealed partial class ExitReporter(ClusterClient manager, TimeProvider time, ILogger<ExitReporter> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Tells of an exit until it is heard, once at least.</summary>
    /// <exception cref="OperationCanceledException">It was told and not heard, and is not to be told again.</exception>
    public async Task ReportAsync(Guid worker, string reason, CancellationToken cancellationToken)
    {
        var exit = new ReportWorkerExitRequest(WorkerId.Parse(worker.ToString()), reason);
        while (true)
        {
            using var limit = new CancellationTokenSource(AnswerTimeout, time);
            try
            {
                await manager.ReportWorkerExitAsync(exit, limit.Token);
                return;
            }
            catch (Exception fault) when (fault is OperationException or ServiceUnreachableException or OperationCanceledException)
            {
                LogUnheard(exit.WorkerId, fault.Message);
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The manager has not heard yet that worker {WorkerId} ended: {Reason}")]
    private partial void LogUnheard(WorkerId workerId, string reason);
}
