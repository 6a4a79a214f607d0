using Microsoft.AspNetCore.Routing.Patterns;
using Mindtrace.Cluster;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;

namespace Mindtrace.Manager.Gateway;

/// <summary>Registers apps, under names that are no paths of the manager's own.</summary>
internal sealed partial class AppRegistry(
    RedisAppDirectory apps, OutboundAddresses addresses, EndpointDataSource endpoints, ILogger<AppRegistry> logger)
{
    // Kept free for what clients of the original look for there, whether or not this manager has it.
    private static readonly string[] KeptFree = ["mcp-server", "openapi", "docs", "redoc"];

    public async Task RegisterAsync(RegisterAppRequest request, CancellationToken cancellationToken)
    {
        if (IsOurs(request.Name))
        {
            throw new InvalidRequestException("name", "must not be a path of the manager's own");
        }

        if (request.Url.Query.Length > 0 || request.Url.Fragment.Length > 0)
        {
            throw new InvalidRequestException("url", "must have neither query nor fragment");
        }

        addresses.Require(request.Url, "url");
        await apps.SetAsync(request.Name.Value, request.Url, cancellationToken);
        LogRegistered(request.Name, request.Url);
    }

    public async Task UnregisterAsync(AppName name, CancellationToken cancellationToken)
    {
        if (!await apps.RemoveAsync(name.Value, cancellationToken))
        {
            throw new AppNotFoundException(name.Value);
        }

        LogUnregistered(name);
    }

    public async Task<ListAppsResponse> ListAsync(CancellationToken cancellationToken)
    {
        var known = await apps.ListAsync(cancellationToken);
        return new ListAppsResponse([.. known
            .Select(app => new RegisteredApp(AppName.Parse(app.Key), app.Value))
            .OrderBy(app => app.Name.Value, StringComparer.Ordinal)]);
    }

    /// <remarks>Requests find the manager's own endpoints in any case, upper or lower.</remarks>
    private bool IsOurs(AppName name) => endpoints.Endpoints.OfType<RouteEndpoint>()
        .Select(endpoint => endpoint.RoutePattern.PathSegments is [{ Parts: [RoutePatternLiteralPart first] }, ..] ? first.Content : null)
        .Concat(KeptFree)
        .Contains(name.Value, StringComparer.OrdinalIgnoreCase);

    [LoggerMessage(LogLevel.Information, "App {App} is registered at {Url}")]
    private partial void LogRegistered(AppName app, Uri url);

    [LoggerMessage(LogLevel.Information, "App {App} is registered no more")]
    private partial void LogUnregistered(AppName app);
}
