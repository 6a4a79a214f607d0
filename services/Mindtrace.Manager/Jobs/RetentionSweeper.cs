using Microsoft.Extensions.Options;
using Mindtrace.Jobs;

namespace Mindtrace.Manager.Jobs;

/// <summary>Forgets jobs that have been final for long, so that the store does not grow for ever. Any number of sweepers may run.</summary>
internal sealed partial class RetentionSweeper(
    IJobStore store, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionSweeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.RetentionInterval, time);
        try
        {
            do
            {
                await SweepAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is forgotten by another manager, or by this one's next run.
        }
    }

    private async Task SweepAsync(CancellationToken stopping)
    {
        try
        {
            if (await store.ExpireAsync(options.Value.Retention, stopping) is > 0 and var forgotten)
            {
                LogForgotten(forgotten, options.Value.Retention);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogFault(fault.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Jobs} jobs that became final more than {Retention} ago are forgotten")]
    private partial void LogForgotten(int jobs, TimeSpan retention);

    [LoggerMessage(LogLevel.Warning, "Old jobs could not be forgotten; the next try is made all the same: {Reason}")]
    private partial void LogFault(string reason);
}
