using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Mindtrace.Hosting;

namespace Mindtrace.AppHost.Reporting;

/// <summary>Shows the quickstart's output as it comes, and after its end the addresses of the dashboard and the manager.</summary>
internal sealed class QuickstartReport(
    IResource quickstart,
    EndpointReference manager,
    ResourceNotificationService notifications,
    ResourceOutput output,
    IConfiguration configuration,
    IHostApplicationLifetime lifetime,
    TextWriter console) : ResourceWatch(notifications, lifetime), IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private Task? _showing;

    public void Dispose() => _ended.Dispose();

    protected override async Task OnChangeAsync(ResourceEvent change, CancellationToken cancellationToken)
    {
        if (change.Resource != quickstart || _ended.IsCancellationRequested)
        {
            return;
        }

        var hasEnded = HasEnded(change.Snapshot);
        if (hasEnded || change.Snapshot.State?.Text == KnownResourceStates.Running)
        {
            _showing ??= ShowAsync(change.ResourceId, cancellationToken);
        }

        if (hasEnded)
        {
            await _ended.CancelAsync();
            await (_showing ?? Task.CompletedTask);
            await CloseAsync(change.Snapshot);
        }
    }

    private async Task ShowAsync(string resourceId, CancellationToken cancellationToken)
    {
        await foreach (var line in output.FollowAsync(resourceId, _ended.Token, cancellationToken))
        {
            await console.WriteLineAsync($"  {line}");
        }
    }

    private async Task CloseAsync(CustomResourceSnapshot snapshot) =>
        await console.WriteLineAsync($"""

            The quickstart {(snapshot.ExitCode is 0 ? "is through" : "failed")}. The cluster runs on until you press Ctrl+C.
              Dashboard  {DashboardUrl()}
              Manager    {manager.Url}

            """);

    private string DashboardUrl()
    {
        var url = DashboardAddress.Find(configuration);
        return configuration["AppHost:BrowserToken"] is { Length: > 0 } token ? $"{url}/login?t={token}" : url ?? "not running";
    }
}
