using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mindtrace.ServiceDefaults;

/// <summary>Writes a health report as JSON: the overall state, then each check's name, state and description.</summary>
internal static class HealthReportWriter
{
    public static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(
            new
            {
                status = report.Status.ToString(),
                checks = report.Entries.Select(entry => new
                {
                    name = entry.Key,
                    status = entry.Value.Status.ToString(),
                    description = Describe(entry.Value),
                }),
            },
            context.RequestAborted);

    // A check that threw has the exception's message as its description. Whoever asks here is anonymous,
    // and such messages name hosts and users, so only the kind of fault goes out; the log has the rest.
    private static string? Describe(HealthReportEntry entry) =>
        entry.Exception is { } exception ? exception.GetType().Name : entry.Description;
}
