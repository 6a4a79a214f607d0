using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Mindtrace.AppHost.Reporting;

/// <summary>Shows the quickstart's output as it comes, and after its end the addresses of the dashboard and the manager.</summary>
internal sealed class QuickstartReport(
    IResource quickstart,
    EndpointReference manager,
    ResourceNotificationService notifications,
    ResourceOutput output,
    IConfiguration configuration,
    IHostApplicationLifetime lifetime,
    TextWriter console) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        using var ended = new CancellationTokenSource();
        try
        {
            var showing = Task.CompletedTask;
            await foreach (var change in notifications.WatchAsync(stop.Token))
            {
                if (change.Resource != quickstart)
                {
                    continue;
                }

                if (change.Snapshot.StartTimeStamp is not null && showing.IsCompleted)
                {
                    showing = ShowAsync(change.ResourceId, ended.Token, stop.Token);
                }

                if (KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text))
                {
                    await ended.CancelAsync();
                    await showing;
                    await CloseAsync(change.Snapshot);
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before the quickstart came to its end: nothing more to show.
        }
    }

    private async Task ShowAsync(string resourceId, CancellationToken ended, CancellationToken cancellationToken)
    {
        await foreach (var line in output.FollowAsync(resourceId, ended, cancellationToken))
        {
            await console.WriteLineAsync($"  {line}");
        }
    }

    private async Task CloseAsync(CustomResourceSnapshot snapshot) =>
        await console.WriteLineAsync($"""

            The quickstart {(snapshot.ExitCode is 0 ? "is through" : $"failed ({snapshot.State?.Text}, exit code {snapshot.ExitCode})")}. The cluster runs on until you press Ctrl+C.
              Dashboard  {DashboardUrl()}
              Manager    {manager.Url}

            """);

    private string DashboardUrl()
    {
        var url = configuration["ASPNETCORE_URLS"]?.Split(';')[0].TrimEnd('/');
        return configuration["AppHost:BrowserToken"] is { Length: > 0 } token ? $"{url}/login?t={token}" : url ?? "not running";
    }
}
