using Mindtrace.Jobs;

namespace Mindtrace.Manager.Storage;

/// <summary>
/// Something to look for again and again, at once and then at an interval. A look that fails is not the last one, and what a manager
/// that stops has not seen to is left for another, or for its own next start.
/// </summary>
/// <param name="aim">What it looks for, as the log says it.</param>
/// <param name="interval">The time between two looks.</param>
/// <param name="time">The clock of the interval.</param>
/// <param name="logger">The log.</param>
internal abstract partial class RecurringLookAtStore(string aim, TimeSpan interval, TimeProvider time, ILogger logger) : BackgroundService
{
    private readonly ILogger _logger = logger;

    protected TimeProvider Time { get; } = time;

    /// <summary>Looks once, and sees to what is found.</summary>
    /// <returns>How much this manager has seen to.</returns>
    internal abstract Task<int> LookAsync(CancellationToken cancellationToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, Time);
        try
        {
            do
            {
                await TryLookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The manager stops.
        }
    }

    private async Task TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken);
        }
        catch (JobBackendUnavailableException fault)
        {
            LogAway(aim, fault.Message);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogFault(aim, fault);
        }
    }

    [LoggerMessage(LogLevel.Warning, "No look for {Aim}: {Reason}")]
    private partial void LogAway(string aim, string reason);

    [LoggerMessage(LogLevel.Error, "A look for {Aim} failed; the next one is made all the same")]
    private partial void LogFault(string aim, Exception fault);
}
