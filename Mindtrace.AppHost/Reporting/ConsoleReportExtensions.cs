using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Hosting.Ports;

namespace Mindtrace.AppHost.Reporting;

internal static class ConsoleReportExtensions
{
    /// <summary>
    /// Shows on the AppHost's console what a newcomer would otherwise have to look for in the dashboard: the output of the
    /// quickstart, why a resource failed, and in the end where to go on. Tests have no console to show it on.
    /// </summary>
    public static void AddConsoleReport(
        this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> quickstart, IResourceBuilder<MindtraceClusterResource> cluster)
    {
        if (ServicePorts.AreRandom(builder.Configuration))
        {
            return;
        }

        builder.Services
            .AddSingleton(Console.Out)
            .AddSingleton<ResourceOutput>()
            .AddHostedService<FailureReport>()
            .AddHostedService(services => ActivatorUtilities.CreateInstance<QuickstartReport>(
                services, quickstart.Resource, cluster.Resource.Endpoint));
    }
}
