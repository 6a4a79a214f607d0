using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Mindtrace.Jobs;

namespace Mindtrace.Dashboard.Live;

/// <summary>
/// Takes the pulse of the cluster once a second and tells all pages that are open: one look for all of them, and none while there is none.
/// </summary>
internal sealed partial class ClusterPulse(IJobCensus census, IJobStore store, TimeProvider time, ILogger<ClusterPulse> logger) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<ChannelWriter<ClusterVitals?>> _watchers = [];
    private ClusterVitals? _latest;
    private CancellationTokenSource? _stop;
    private Task _taking = Task.CompletedTask;

    /// <summary>Follows the pulse, from what is known already on. A page that is slow misses some of it.</summary>
    /// <returns>How the cluster is doing; <see langword="null"/> each second that the store cannot be reached.</returns>
    public async IAsyncEnumerable<ClusterVitals?> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var news = Channel.CreateBounded<ClusterVitals?>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        Join(news.Writer);
        try
        {
            await foreach (var vitals in news.Reader.ReadAllAsync(cancellationToken))
            {
                yield return vitals;
            }
        }
        finally
        {
            Leave(news.Writer);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task taking;
        lock (_gate)
        {
            Stop();
            taking = _taking;
        }

        await taking;
    }

    private void Join(ChannelWriter<ClusterVitals?> watcher)
    {
        lock (_gate)
        {
            _watchers.Add(watcher);
            if (_watchers.Count > 1)
            {
                if (_latest is not null)
                {
                    watcher.TryWrite(_latest);
                }

                return;
            }

            _stop = new CancellationTokenSource();
            _taking = TakeAsync(_taking, _stop);
        }
    }

    private void Leave(ChannelWriter<ClusterVitals?> watcher)
    {
        lock (_gate)
        {
            _watchers.Remove(watcher);
            if (_watchers.Count == 0)
            {
                Stop();
            }
        }
    }

    private void Stop()
    {
        _stop?.Cancel();
        (_latest, _stop) = (null, null);
    }

    private async Task TakeAsync(Task before, CancellationTokenSource stop)
    {
        using var ended = stop;
        await before;
        await Task.Yield();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await TakeAsync(stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (JobBackendUnavailableException fault)
            {
                LogAway(fault.Message);
            }
            catch (Exception fault)
            {
                LogFault(fault);
            }

            Tell(null, stop.Token);
            await Task.Delay(Interval, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes the pulse until it is told to stop, or something fails.</summary>
    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        var recent = new RecentJobs(store);
        await using var listening = await census.ListenForChangesAsync(recent.Hear, cancellationToken);
        await recent.LookBackAsync(time.GetUtcNow(), cancellationToken);
        using var tick = new PeriodicTimer(Interval, time);
        do
        {
            var (now, counted) = (time.GetUtcNow(), await census.CountAsync(cancellationToken));
            await recent.TurnAsync(now, counted, cancellationToken);
            Tell(new ClusterVitals(now, counted, recent.Beats, recent.Changes), cancellationToken);
        }
        while (await tick.WaitForNextTickAsync(cancellationToken));
    }

    private void Tell(ClusterVitals? vitals, CancellationToken stop)
    {
        lock (_gate)
        {
            // Those who join while an earlier taking ends are told by the next.
            if (stop.IsCancellationRequested)
            {
                return;
            }

            _latest = vitals;
            _watchers.ForEach(watcher => watcher.TryWrite(vitals));
        }
    }

    [LoggerMessage(LogLevel.Warning, "The cluster page cannot tell how the cluster is doing: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Error, "The cluster page could not look; it does so again")]
    private partial void LogFault(Exception fault);
}
