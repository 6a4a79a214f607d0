using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>How the manager is told which apps its gateway leads to.</summary>
public static class GatewayOperations
{
    /// <summary>Leads requests to an app.</summary>
    public static readonly Operation<RegisterAppRequest, Unit> RegisterApp = new("register_app", Role.Admin)
    {
        Example = new(Examples.App, new Uri("http://192.168.1.30:5000/")),
        Description = "Forwards requests to /{name}/… to the app at a URL from now on. Registering a name again replaces its URL.",
        Audit = request => request.Name.Value,
    };

    /// <summary>Leads requests to an app no more.</summary>
    public static readonly Operation<AppNameRequest, Unit> UnregisterApp = new("unregister_app", Role.Admin)
    {
        Example = new(Examples.App),
        Description = "Forwards nothing to an app any more.",
        Audit = request => request.Name.Value,
    };

    /// <summary>Lists the apps.</summary>
    public static readonly Operation<Unit, ListAppsResponse> ListApps = new("list_apps", Role.Viewer)
    {
        Description = "Lists the apps behind the gateway.", Tool = true,
    };
}

/// <summary>Asks to lead requests to an app.</summary>
/// <param name="Name">The app's name, which is no path of the manager's own.</param>
/// <param name="Url">Where the app is, with or without trailing slash, without query and fragment. Its path comes before that of the requests.</param>
public sealed record RegisterAppRequest(AppName Name, [property: HttpUrl] Uri Url);

/// <summary>Names an app.</summary>
/// <param name="Name">The app's name.</param>
public sealed record AppNameRequest(AppName Name);

/// <summary>The apps behind the gateway.</summary>
/// <param name="Apps">Each app, by name.</param>
public sealed record ListAppsResponse(IReadOnlyList<RegisteredApp> Apps);

/// <summary>An app behind the gateway.</summary>
/// <param name="Name">The app's name.</param>
/// <param name="Url">Where it is.</param>
public sealed record RegisteredApp(AppName Name, Uri Url);
