using Microsoft.Extensions.Hosting;

namespace Mindtrace.AppHost.Reporting;

/// <summary>Shows which resource failed, why, and the last lines that it wrote.</summary>
internal sealed class FailureReport(
    ResourceNotificationService notifications, ResourceOutput output, IHostApplicationLifetime lifetime, TextWriter console) : BackgroundService
{
    private const int LinesShown = 20;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // From the first sign of a shutdown on, resources end because they are told to.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        var reported = new HashSet<(string ResourceId, DateTime? StartedAt)>();
        try
        {
            await foreach (var change in notifications.WatchAsync(stop.Token))
            {
                if (HasFailed(change.Snapshot) && reported.Add((change.ResourceId, change.Snapshot.StartTimeStamp)))
                {
                    await ReportAsync(change, stop.Token);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The application stops; so does the watch.
        }
    }

    private static bool HasFailed(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text == KnownResourceStates.FailedToStart
        || snapshot.State?.Text == KnownResourceStates.RuntimeUnhealthy
        || (KnownResourceStates.TerminalStates.Contains(snapshot.State?.Text) && snapshot.ExitCode is not (null or 0));

    private async Task ReportAsync(ResourceEvent change, CancellationToken cancellationToken)
    {
        var exit = change.Snapshot.ExitCode is { } code ? $", exit code {code}" : "";
        var lines = await output.LastAsync(change.ResourceId, LinesShown, cancellationToken);
        await console.WriteLineAsync($"""

            '{change.Resource.Name}' failed: {change.Snapshot.State?.Text}{exit}. {(lines.Count == 0 ? "It wrote nothing." : "Its last lines:")}
            {string.Join(Environment.NewLine, lines.Select(line => $"  | {line}"))}
            """);
    }
}
