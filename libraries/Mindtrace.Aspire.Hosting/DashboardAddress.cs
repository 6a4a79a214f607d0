using Microsoft.Extensions.Configuration;

namespace Mindtrace.Hosting;

/// <summary>Where the Aspire dashboard of this run is.</summary>
internal static class DashboardAddress
{
    /// <returns>The first URL, without a slash at its end; none when there is no dashboard.</returns>
    public static string? Find(IConfiguration configuration) => configuration["ASPNETCORE_URLS"]?.Split(';')[0].TrimEnd('/');

    /// <summary>Has the cluster page link the trace of each job.</summary>
    public static IResourceBuilder<MindtraceClusterResource> WithTraceLinks(this IResourceBuilder<MindtraceClusterResource> cluster) =>
        cluster.ApplicationBuilder is { ExecutionContext.IsRunMode: true, Configuration: var configuration } && Find(configuration) is { Length: > 0 } url
            ? cluster.WithEnvironment("Dashboard__TraceUrl", url + "/traces/detail/{trace_id}")
            : cluster;
}
