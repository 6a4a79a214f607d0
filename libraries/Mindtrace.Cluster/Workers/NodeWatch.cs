using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>Ends a launched worker, in good order, whose node has been silent for too long: nobody else would.</summary>
internal sealed partial class NodeWatch(
    PeerClients peers, IHostApplicationLifetime lifetime, IOptions<WorkerOptions> options, TimeProvider time, ILogger<NodeWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.NodeUrl is not { } node)
        {
            return;
        }

        var heard = time.GetTimestamp();
        using var timer = new PeriodicTimer(LookInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                if (await AnswersAsync(node, stoppingToken).ConfigureAwait(false))
                {
                    heard = time.GetTimestamp();
                }
                else if (time.GetElapsedTime(heard) >= options.Value.NodeSilenceTimeout)
                {
                    LogNodeSilent(node, time.GetElapsedTime(heard));
                    lifetime.StopApplication();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The worker stops for another reason.
        }
    }

    private async Task<bool> AnswersAsync(Uri node, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AnswerTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await peers.IsWellAsync(node, "alive", both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The node at {NodeUrl} has been silent for {Silence}; this worker drains and ends")]
    private partial void LogNodeSilent(Uri nodeUrl, TimeSpan silence);
}
