using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Timeout;

namespace Mindtrace.ServiceDefaults;

/// <summary>How every HTTP client of a service behaves: it finds services by name and retries what may be repeated.</summary>
internal static class HttpClientDefaults
{
    public const string ResilienceSection = "HttpResilience";

    public static void AddHttpClientDefaults(this IHostApplicationBuilder builder)
    {
        // Polly logs each attempt with its whole stack. The last fault reaches the caller anyway, and the attempts are spans.
        builder.Logging.AddFilter("Polly", LogLevel.None);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(client =>
        {
            // At level Trace they hand headers, and so keys, to structured logs, whatever is redacted. Spans tell of requests.
            client.RemoveAllLoggers();
            client.AddServiceDiscovery();
            client.AddStandardResilienceHandler()
                .Configure(options => builder.Configuration.GetSection(ResilienceSection).Bind(options))
                .Configure(FitToOperations)
                // One dead worker must not open the circuit to all the others.
                .SelectPipelineByAuthority();
        });
    }

    /// <summary>
    /// Operations are POST requests. Repeating one could do its work twice, and some take as long as a job does, so they are neither
    /// retried nor timed here: the caller's token ends them. GET, HEAD and the like keep the standard retries and timeouts.
    /// </summary>
    private static void FitToOperations(HttpStandardResilienceOptions options)
    {
        options.Retry.DisableForUnsafeHttpMethods();
        options.AttemptTimeout.TimeoutGenerator = OfSafeMethods(options.AttemptTimeout.Timeout);
        options.TotalRequestTimeout.TimeoutGenerator = OfSafeMethods(options.TotalRequestTimeout.Timeout);

        // The standard limit of 1,000 calls at once would refuse the 1,001st client that waits for its job.
        options.RateLimiter.DefaultRateLimiterOptions.PermitLimit = int.MaxValue;
    }

    private static Func<TimeoutGeneratorArguments, ValueTask<TimeSpan>> OfSafeMethods(TimeSpan timeout) =>
        arguments => ValueTask.FromResult(
            arguments.Context.GetRequestMessage()?.Method is { } method && IsSafe(method) ? timeout : Timeout.InfiniteTimeSpan);

    private static bool IsSafe(HttpMethod method) =>
        method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options || method == HttpMethod.Trace;
}
