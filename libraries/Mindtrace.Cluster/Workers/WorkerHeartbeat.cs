using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>Tells the store that this worker lives, keeps its jobs, stops those that are cancelled or were given to others, and hears what was ordered.</summary>
internal sealed partial class WorkerHeartbeat(
    WorkerIdentity identity, LeaseKeeper leases, RedisWorkerDirectory directory, ServiceAddress address, JobPump pump, WorkerDrain drain,
    IOptions<WorkerOptions> options, TimeProvider time, ILogger<WorkerHeartbeat> logger)
    : BackgroundService
{
    // Stopping begins when the pump has drained: until then its jobs need their leases.
    private readonly CancellationTokenSource _drained = new();
    private readonly Channel<bool> _orders = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Of two beats at once, the one that heard the older orders could have the last word.
    private readonly SemaphoreSlim _turn = new(1);
    private IAsyncDisposable? _listening;

    private WorkerOrigin? Origin => options.Value.NodeUrl is { } node ? new WorkerOrigin(node, options.Value.WorkerType) : null;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // Hosted services stop in reverse order of their start; the pump, started first, would stop last.
        await pump.StopAsync(cancellationToken).ConfigureAwait(false);
        await _drained.CancelAsync().ConfigureAwait(false);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Beats at once, and goes by what it hears.</summary>
    /// <exception cref="JobBackendUnavailableException">The store cannot be reached.</exception>
    public async Task BeatNowAsync(CancellationToken cancellationToken)
    {
        var url = await address.GetAsync(cancellationToken).ConfigureAwait(false);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _listening ??= await directory.ListenForOrdersAsync(
                identity.Id, options.Value.NodeUrl, () => _orders.Writer.TryWrite(true), cancellationToken).ConfigureAwait(false);
            drain.Obey(await directory.BeatAsync(
                identity.Id, url, pump.Types, options.Value.HeartbeatInterval, Origin, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            _turn.Release();
        }
    }

    public override void Dispose()
    {
        _turn.Dispose();
        _drained.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var stopping = _drained.Token;
        try
        {
            await Task.WhenAll(BeatRegularlyAsync(stopping), BeatWhenOrderedAsync(stopping)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            if (_listening is not null)
            {
                await _listening.DisposeAsync().ConfigureAwait(false);
            }

            await SayGoodbyeAsync().ConfigureAwait(false);
        }
    }

    private async Task BeatRegularlyAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(options.Value.HeartbeatInterval, time);
        do
        {
            await TryAsync(leases.RenewAsync, stopping).ConfigureAwait(false);
            await TryAsync(BeatNowAsync, stopping).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false));
    }

    private async Task BeatWhenOrderedAsync(CancellationToken stopping)
    {
        await foreach (var _ in _orders.Reader.ReadAllAsync(stopping).ConfigureAwait(false))
        {
            await TryAsync(BeatNowAsync, stopping).ConfigureAwait(false);
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> beat, CancellationToken stopping)
    {
        try
        {
            await beat(stopping).ConfigureAwait(false);
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
