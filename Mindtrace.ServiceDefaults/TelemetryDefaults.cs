using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Mindtrace.ServiceDefaults;

/// <summary>Logs, metrics and traces of a service, exported over OTLP where an endpoint is configured.</summary>
internal static class TelemetryDefaults
{
    public const string HealthPath = "/health";
    public const string AlivePath = "/alive";

    // The names are a contract with the libraries, which this project does not reference: a source and a meter, and a source.
    private const string Jobs = "Mindtrace.Jobs";
    private const string Cluster = "Mindtrace.Cluster";
    private const string Environments = "Mindtrace.Environments";

    // What the platform says of every request and command would bury what the services say. Any configuration overrides these.
    private static readonly Dictionary<string, string?> LogLevels = new()
    {
        ["Logging:LogLevel:Microsoft.AspNetCore"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = nameof(LogLevel.Information),
        ["Logging:LogLevel:StackExchange.Redis"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Polly"] = nameof(LogLevel.Warning),
    };

    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = LogLevels });
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(Jobs, Cluster))
            .WithTracing(tracing => tracing
                .AddSource(builder.Environment.ApplicationName, Jobs, Environments)
                .AddAspNetCoreInstrumentation(options => options.Filter = context => IsWorthATrace(context.Request.Path))
                .AddHttpClientInstrumentation(options => options.FilterHttpRequestMessage = request => IsWorthATrace(request.RequestUri?.AbsolutePath)));

        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }
    }

    private static bool IsWorthATrace(string? path) => path is not (HealthPath or AlivePath);
}
