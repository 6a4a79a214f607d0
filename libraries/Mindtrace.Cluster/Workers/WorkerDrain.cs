using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;

namespace Mindtrace.Cluster;

/// <summary>Has the worker go by what was ordered, and ends it when it is drained and has nothing left to run.</summary>
/// <remarks>
/// Whether it ends is the store's to decide, in one step: somebody may resume it while its last job finishes. Either the resume
/// is first, and the worker goes on, or the worker is let go first, and the resume is refused.
/// </remarks>
internal sealed partial class WorkerDrain : BackgroundService
{
    private readonly WorkerIdentity _identity;
    private readonly JobPump _pump;
    private readonly RedisWorkerDirectory _directory;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly WorkerOptions _options;
    private readonly ILogger<WorkerDrain> _logger;
    private readonly ITimer _deadline;
    private volatile bool _isOverdue;

    public WorkerDrain(
        WorkerIdentity identity, JobPump pump, RedisWorkerDirectory directory, IHostApplicationLifetime lifetime, IOptions<WorkerOptions> options,
        TimeProvider time, ILogger<WorkerDrain> logger)
    {
        (_identity, _pump, _directory, _lifetime, _options, _logger) = (identity, pump, directory, lifetime, options.Value, logger);
        _deadline = time.CreateTimer(_ => _pump.GiveBack(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Goes by what was ordered until the next order.</summary>
    public void Obey(WorkerOrders orders)
    {
        // Code that does not stop when it is told to is not waited for as long as a shutdown would wait.
        _isOverdue = orders.IsDrained && orders.DrainLeft <= -_options.DrainTimeout;
        var left = orders.DrainLeft ?? Timeout.InfiniteTimeSpan;
        _deadline.Change(orders.DrainLeft < TimeSpan.Zero ? TimeSpan.Zero : left, Timeout.InfiniteTimeSpan);
        _pump.Obey(orders.IsDrained, orders.PausedTypes);
    }

    public override void Dispose()
    {
        _deadline.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var _ in _pump.ReadChangesAsync(stoppingToken).ConfigureAwait(false))
            {
                if ((_pump.IsDrained || (_pump.IsDraining && _isOverdue)) && await IsLetGoAsync(stoppingToken).ConfigureAwait(false))
                {
                    LogDrained();
                    _lifetime.StopApplication();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The worker stops for another reason.
        }
    }

    private async Task<bool> IsLetGoAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _directory.LetGoAsync(_identity.Id, cancellationToken).ConfigureAwait(false);
        }
        catch (JobBackendUnavailableException fault)
        {
            // Each heartbeat that comes through brings the next chance.
            LogStoreAway(fault.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "The worker is drained and has nothing left to run; it ends")]
    private partial void LogDrained();

    [LoggerMessage(LogLevel.Warning, "The worker is drained and cannot end yet: {Reason}")]
    private partial void LogStoreAway(string reason);
}
