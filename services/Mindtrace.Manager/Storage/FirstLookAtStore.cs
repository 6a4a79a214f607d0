using Mindtrace.Jobs;

namespace Mindtrace.Manager.Storage;

/// <summary>Something to find out once, as soon as the store answers.</summary>
internal abstract class FirstLookAtStore(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Looks.</summary>
    /// <exception cref="JobBackendUnavailableException">The store does not answer: to be asked again.</exception>
    protected abstract Task LookAsync(CancellationToken cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!await TryLookAsync(stoppingToken))
            {
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start asks again.
        }
    }

    private async Task<bool> TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken);
            return true;
        }
        catch (JobBackendUnavailableException)
        {
            return false;
        }
    }
}
