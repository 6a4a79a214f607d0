using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Manager.Gateway;

/// <summary>Registers the gateway, and maps it beside the operations.</summary>
internal static class GatewayExtensions
{
    public static void AddGateway(this IHostApplicationBuilder builder)
    {
        // It tells of each request that is forwarded, which is a span already, and of each fault, which we report ourselves.
        builder.Logging.AddFilter("Yarp", LogLevel.None);
        builder.Services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddHttpForwarder();
        builder.Services.AddOutboundConnections();
        builder.Services.AddSingleton<AppTransport>();
        builder.Services.AddSingleton<AppRegistry>();
        builder.Services.AddSingleton<AppForwarder>();
    }

    public static void MapApps(this OperationGroup operations)
    {
        operations.Map(GatewayOperations.RegisterApp, (RegisterAppRequest request, AppRegistry apps, CancellationToken cancellationToken) =>
            apps.RegisterAsync(request, cancellationToken));
        operations.Map(GatewayOperations.UnregisterApp, (AppNameRequest request, AppRegistry apps, CancellationToken cancellationToken) =>
            apps.UnregisterAsync(request.Name, cancellationToken));
        operations.Map(GatewayOperations.ListApps, (AppRegistry apps, CancellationToken cancellationToken) => apps.ListAsync(cancellationToken));
    }

    /// <summary>Maps every path that no other endpoint takes: the first part names the app.</summary>
    public static void MapGateway(this WebApplication app)
    {
        var forwarder = app.Services.GetRequiredService<AppForwarder>();
        app.Map($"/{{{AppForwarder.NameValue}}}/{{**rest}}", forwarder.ForwardAsync)
            .RequireAuthorization(policy => policy.RequireRole(nameof(Role.Submitter)))
            .WithoutSecurityHeaders()
            .ExcludeFromDescription();
    }
}
