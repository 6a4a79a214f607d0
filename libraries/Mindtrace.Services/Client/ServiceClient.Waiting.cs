namespace Mindtrace.Services;

/// <content>Waiting for a service that is still starting.</content>
public sealed partial class ServiceClient
{
    private static readonly TimeSpan AvailableLookInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until the service answers that it is available.</summary>
    /// <param name="timeout">How long to wait at most.</param>
    /// <param name="time">The clock of the wait. The default is the system's.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the service is available.</returns>
    /// <exception cref="OperationException">The service answered, and refused; the key may be wrong.</exception>
    /// <exception cref="ServiceUnreachableException">The time is up, and the service could not be reached to the last.</exception>
    public async Task WaitUntilAvailableAsync(TimeSpan timeout, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        var clock = time ?? TimeProvider.System;
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                if (await CallAsync(ServiceOperations.Status, cancellationToken) is { Status: ServerStatus.Available })
                {
                    return;
                }
            }
            catch (ServiceUnreachableException) when (clock.GetElapsedTime(started) < timeout)
            {
                // It is still starting.
            }

            await Task.Delay(AvailableLookInterval, clock, cancellationToken);
        }
    }
}
