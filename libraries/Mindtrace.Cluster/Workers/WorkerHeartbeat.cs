using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>Tells the store that this worker lives, keeps its jobs, and stops those that are cancelled or were given to others.</summary>
internal sealed partial class WorkerHeartbeat(
    WorkerIdentity identity, IAttemptStore store, RedisWorkerDirectory directory, ServiceAddress address, JobPump pump, LiveAttempts live,
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
            IAsyncDisposable? cancels = null;
            try
            {
                do
                {
                    cancels = await BeatAsync(url, cancels, stopping).ConfigureAwait(false);
                }
                while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false));
            }
            finally
            {
                if (cancels is not null)
                {
                    await cancels.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await SayGoodbyeAsync().ConfigureAwait(false);
        }
    }

    private async Task<IAsyncDisposable?> BeatAsync(Uri url, IAsyncDisposable? cancels, CancellationToken stopping)
    {
        try
        {
            cancels ??= await store.ListenForCancelsAsync(identity.Id, job => live.Stop(job, StopCause.CancelRequested), stopping).ConfigureAwait(false);
            var attempts = live.Keys;
            var asked = time.GetTimestamp();
            var answers = await store.RenewAsync(attempts, options.Value.LeaseDuration, stopping).ConfigureAwait(false);
            for (var i = 0; i < attempts.Count; i++)
            {
                switch (answers[i])
                {
                    case LeaseAnswer.Stale when live.Stop(attempts[i].Token, StopCause.Stale):
                        LogStale(attempts[i].JobId);
                        break;
                    case LeaseAnswer.CancelRequested:
                        live.Stop(attempts[i].Token, StopCause.CancelRequested);
                        break;
                    case LeaseAnswer.Renewed:
                        // The store counts from a moment after the question was sent: never later than it does.
                        var left = options.Value.LeaseDuration - time.GetElapsedTime(asked);
                        live.Renewed(attempts[i].Token, left > TimeSpan.Zero ? left : TimeSpan.Zero);
                        break;
                }
            }

            await directory.BeatAsync(identity.Id, url, pump.Types, options.Value.HeartbeatInterval, stopping).ConfigureAwait(false);
        }
        catch (JobBackendUnavailableException fault)
        {
            LogStoreAway(fault.Message);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogFault(fault);
        }

        return cancels;
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

    [LoggerMessage(LogLevel.Warning, "Job {JobId} was given to another attempt; this one stops")]
    private partial void LogStale(JobId jobId);

    [LoggerMessage(LogLevel.Error, "A heartbeat failed; the next one is tried all the same")]
    private partial void LogFault(Exception fault);

    [LoggerMessage(LogLevel.Warning, "No heartbeat: {Reason}")]
    private partial void LogStoreAway(string reason);
}
