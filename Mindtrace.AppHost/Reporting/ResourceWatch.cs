using Microsoft.Extensions.Hosting;

namespace Mindtrace.AppHost.Reporting;

/// <summary>Sees every change of every resource, from before the first one starts until the application is told to stop.</summary>
/// <remarks>
/// A plain hosted service would come too late: the orchestrator's own holds up all later ones until the resources are created,
/// and whatever goes wrong goes wrong in that time.
/// </remarks>
internal abstract class ResourceWatch(ResourceNotificationService notifications, IHostApplicationLifetime lifetime) : IHostedLifecycleService
{
    private Task _watching = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Not the token of the start. And from the first sign of a shutdown on, resources end because they are told to.
        _watching = WatchAsync(lifetime.ApplicationStopping);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => _watching.WaitAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected abstract Task OnChangeAsync(ResourceEvent change, CancellationToken cancellationToken);

    protected static bool HasEnded(CustomResourceSnapshot snapshot) => KnownResourceStates.TerminalStates.Contains(snapshot.State?.Text);

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(cancellationToken))
            {
                await OnChangeAsync(change, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The application stops; so does the watch.
        }
    }
}
