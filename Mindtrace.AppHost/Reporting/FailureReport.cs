using Microsoft.Extensions.Hosting;

namespace Mindtrace.AppHost.Reporting;

/// <summary>Shows which resource failed, why, and the last lines of its log.</summary>
internal sealed class FailureReport(
    ResourceNotificationService notifications, ResourceOutput output, IHostApplicationLifetime lifetime, TextWriter console)
    : ResourceWatch(notifications, lifetime)
{
    private const int LinesShown = 20;

    private readonly HashSet<(string ResourceId, DateTime? StartedAt)> _reported = [];

    protected override async Task OnChangeAsync(ResourceEvent change, CancellationToken cancellationToken)
    {
        if (!HasFailed(change.Snapshot) || !_reported.Add((change.ResourceId, change.Snapshot.StartTimeStamp)))
        {
            return;
        }

        var exit = change.Snapshot.ExitCode is { } code ? $", exit code {code}" : "";
        var lines = await output.LastAsync(change.ResourceId, LinesShown, cancellationToken);
        await console.WriteLineAsync($"""

            '{change.Resource.Name}' failed: {change.Snapshot.State?.Text}{exit}. {(lines.Count == 0 ? "Its log is empty." : "The end of its log:")}
            {string.Join(Environment.NewLine, lines.Select(line => $"  | {line}"))}
            {Hint(change)}
            """);
    }

    /// <summary>Says what helps where a container cannot be had, as on a machine that pulls no images.</summary>
    private static string Hint(ResourceEvent change) =>
        change.Resource is ContainerResource && change.Snapshot.State?.Text == KnownResourceStates.FailedToStart
            ? $"Without containers: stop this with Ctrl+C, and start it again with Infrastructure__Mode=Embedded. With another image: set Images__… (README).{Environment.NewLine}"
            : "";

    private static bool HasFailed(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text == KnownResourceStates.FailedToStart
        || snapshot.State?.Text == KnownResourceStates.RuntimeUnhealthy
        || (HasEnded(snapshot) && snapshot.ExitCode is not (null or 0));
}
