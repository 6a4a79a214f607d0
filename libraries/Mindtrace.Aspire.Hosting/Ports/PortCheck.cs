using Microsoft.Extensions.Configuration;

namespace Mindtrace.Hosting.Ports;

internal static class PortCheck
{
    // As in launchSettings.json, where each is an environment variable of the AppHost.
    private static readonly (string Variable, string NeededBy)[] DashboardUrls =
    [
        ("ASPNETCORE_URLS", "the dashboard"),
        ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "the dashboard's telemetry receiver"),
        ("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "the dashboard's telemetry receiver over HTTP"),
        ("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "the AppHost's resource service"),
    ];

    /// <summary>
    /// Checks, before anything starts, that every fixed port is free. The orchestrator would start all the rest and
    /// leave the reason in the log of the one service that failed. One check does for all clusters of an application.
    /// </summary>
    public static void AddPortCheck(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode || ServicePorts.AreRandom(builder.Configuration)
            || builder.Resources.OfType<MindtraceClusterResource>().Any())
        {
            return;
        }

        builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            FixedPort.EnsureFree([.. OfServices(start.Model), .. OfDashboard(builder.Configuration)]);
            return Task.CompletedTask;
        });
    }

    private static IEnumerable<FixedPort> OfServices(DistributedApplicationModel model) =>
        from resource in model.Resources
        from port in resource.Annotations.OfType<FixedPortAnnotation>()
        select new FixedPort(port.Port, $"the service '{resource.Name}'", $"the setting {port.Setting} (0 takes any free port)");

    internal static IEnumerable<FixedPort> OfDashboard(IConfiguration configuration) =>
        from setting in DashboardUrls
        from url in (configuration[setting.Variable] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        let port = Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Port : 0
        where port > 0
        select new FixedPort(port, setting.NeededBy, $"{setting.Variable} (in Properties/launchSettings.json of the AppHost)");
}
