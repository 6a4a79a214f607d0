using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mindtrace.ServiceDefaults;

// The namespace of the builders, so that a Program.cs needs no using for these two calls.
namespace Microsoft.Extensions.Hosting;

/// <summary>What every service of the system has in common: telemetry, health, service discovery and resilient HTTP clients.</summary>
public static class ServiceDefaultsExtensions
{
    private const string LivenessTag = "live";

    /// <summary>Adds OpenTelemetry, the liveness check, service discovery and the defaults of all HTTP clients.</summary>
    /// <remarks>
    /// Telemetry is exported over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, and to nowhere otherwise.
    /// The section <c>HttpResilience</c> overrides single values of the HTTP clients' retries, circuit breaker and timeouts,
    /// for instance <c>HttpResilience:AttemptTimeout:Timeout</c>.
    /// </remarks>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.AddTelemetry();
        builder.AddHttpClientDefaults();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LivenessTag]);
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c>, which runs every check and lists them, and <c>/alive</c>, which answers while the process serves requests.
    /// Both need no key and exist in every environment: orchestrators and load balancers ask them.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks(TelemetryDefaults.HealthPath, new HealthCheckOptions
        {
            ResponseWriter = HealthReportWriter.WriteAsync,

            // Degraded is "not ready yet": no fault to be logged as one, but nobody should count on the service.
            ResultStatusCodes = { [HealthStatus.Degraded] = StatusCodes.Status503ServiceUnavailable },
        }).AllowAnonymous().DisableRateLimiting().DisableHttpMetrics();
        app.MapHealthChecks(TelemetryDefaults.AlivePath, new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(LivenessTag),
            ResponseWriter = HealthReportWriter.WriteAsync,
        }).AllowAnonymous().DisableRateLimiting().DisableHttpMetrics();
        return app;
    }
}
