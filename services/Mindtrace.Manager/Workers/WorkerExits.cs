using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Manager.Recovery;

namespace Mindtrace.Manager.Workers;

/// <summary>Takes word of worker processes that have ended: their jobs run elsewhere at once, without waiting for a lease to lapse.</summary>
internal sealed class WorkerExits(IAttemptStore attempts, RedisWorkerDirectory directory, IOptions<RecoveryOptions> options)
{
    public async Task ReportAsync(ReportWorkerExitRequest exit, CancellationToken cancellationToken)
    {
        foreach (var attempt in await attempts.ListRunningAsync(exit.WorkerId, cancellationToken))
        {
            await attempts.ReapAsync(attempt, $"Worker {exit.WorkerId} ended: {exit.Reason}", options.Value.MaxDeaths, cancellationToken);
        }

        await directory.RemoveAsync(exit.WorkerId, cancellationToken);
    }
}
