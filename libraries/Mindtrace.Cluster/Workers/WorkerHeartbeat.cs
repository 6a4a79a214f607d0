using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>Tells the store that this worker lives, keeps its jobs, and stops those that are cancelled or were given to others.</summary>
internal sealed partial class WorkerHeartbeat(
    WorkerIdentity identity, LeaseKeeper leases, RedisWorkerDirectory directory, ServiceAddress address, JobPump pump,
    IOptions<WorkerOptions> options, TimeProvider time, ILogger<WorkerHeartbeat> logger)
    : BackgroundService
{
    // Stopping begins when the pump has drained: until then its jobs need their leases.
    private readonly CancellationTokenSource _drained = new();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // Hosted services stop in reverse order of their start; the pump, started first, would stop last.
        await pump.StopAsync(cancellationToken).ConfigureAwait(false);
        await _drained.CancelAsync().ConfigureAwait(false);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        _drained.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var stopping = _drained.Token;
        try
        {
            var url = await address.GetAsync(stopping).ConfigureAwait(false);
            using var timer = new PeriodicTimer(options.Value.HeartbeatInterval, time);
            do
            {
                await BeatAsync(url, stopping).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await SayGoodbyeAsync().ConfigureAwait(false);
        }
    }

    private async Task BeatAsync(Uri url, CancellationToken stopping)
    {
        try
        {
            await leases.RenewAsync(stopping).ConfigureAwait(false);
            await directory.BeatAsync(identity.Id, url, pump.Types, options.Value.HeartbeatInterval, options.Value.NodeUrl, stopping).ConfigureAwait(false);
        }
        catch (JobBackendUnavailableException fault)
        {
            LogStoreAway(fault.Message);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogFault(fault);
        }
    }

    private async Task SayGoodbyeAsync()
    {
        try
        {
            await directory.RemoveAsync(identity.Id, CancellationToken.None).ConfigureAwait(false);
        }
        catch (JobBackendUnavailableException fault)
        {
            LogStoreAway(fault.Message);
        }
    }

    [LoggerMessage(LogLevel.Error, "A heartbeat failed; the next one is tried all the same")]
    private partial void LogFault(Exception fault);

    [LoggerMessage(LogLevel.Warning, "No heartbeat: {Reason}")]
    private partial void LogStoreAway(string reason);
}
