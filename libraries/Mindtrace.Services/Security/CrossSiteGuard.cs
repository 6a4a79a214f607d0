using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Mindtrace.Services;

/// <summary>Refuses what a web page of another site has a browser send: under a foreign host name, or with a foreign origin.</summary>
internal sealed class CrossSiteGuard(RequestDelegate next, AllowedHosts hosts, IOptions<SecurityOptions> security)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!hosts.Admits(request.Host.Host))
        {
            return new Problem(ProblemTypes.HostNotAllowed, "The service is not called by this name.", StatusCodes.Status400BadRequest)
            {
                Detail = $"'{request.Host.Host}' is none of the service's names. If it is meant to be one, add it to "
                    + $"{SecurityOptions.SectionName}:{nameof(SecurityOptions.AllowedHosts)}.",
            }.WriteAsync(context);
        }

        if (MayChangeState(request) && request.Headers.Origin.FirstOrDefault(origin => !IsAllowed(origin, request)) is { } foreign)
        {
            return new Problem(ProblemTypes.OriginNotAllowed, "Pages of other sites may not call the service.", StatusCodes.Status403Forbidden)
            {
                Detail = $"The request comes from a page of '{foreign}'. If that is meant to call the service, add it to "
                    + $"{SecurityOptions.SectionName}:{nameof(SecurityOptions.AllowedOrigins)}.",
            }.WriteAsync(context);
        }

        return next(context);
    }

    /// <remarks>A web socket begins as a GET, and browsers open one to any site.</remarks>
    private static bool MayChangeState(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        || request.Headers.ContainsKey(HeaderNames.Upgrade);

    /// <remarks>Not by scheme: where TLS ends before the service, the page has another than the request.</remarks>
    private bool IsAllowed(string? origin, HttpRequest request) =>
        security.Value.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && page.Host.Equals(request.Host.Host, StringComparison.OrdinalIgnoreCase)
            && (page.Port == request.Host.Port || (request.Host.Port is null && page.IsDefaultPort)));
}
