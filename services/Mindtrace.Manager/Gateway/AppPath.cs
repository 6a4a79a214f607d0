using System.Diagnostics.CodeAnalysis;
using Mindtrace.Cluster;
using Yarp.ReverseProxy.Forwarder;

namespace Mindtrace.Manager.Gateway;

/// <summary>A path below the gateway: an app, and what of it.</summary>
/// <param name="App">The app.</param>
/// <param name="Path">The path below the app's URL.</param>
/// <param name="Query">The query, if there is one.</param>
internal sealed record AppPath(AppName App, PathString Path, QueryString Query)
{
    public const string Rule = "the name of an app and a path of it, such as echo/run, up to 1024 characters";

    private const int MaxLength = 1024;

    public static bool TryParse(string text, [NotNullWhen(true)] out AppPath? path)
    {
        path = null;
        var target = text.TrimStart('/');
        var query = target.Split('?', 2);
        var parts = query[0].Split('/', 2);
        if (target.Length > MaxLength || target.Contains('#') || target.Contains("%00", StringComparison.Ordinal) || !AppName.TryParse(parts[0], out var app))
        {
            return false;
        }

        var below = parts.Length > 1 ? PathString.FromUriComponent("/" + parts[1]) : PathString.Empty;
        if (below.HasValue && below.Value.Split('/').Any(segment => segment is "." or ".."))
        {
            return false;
        }

        path = new AppPath(app, below, query.Length > 1 ? new QueryString("?" + query[1]) : QueryString.Empty);
        return true;
    }

    /// <summary>Tells where the path leads, encoded as the gateway does.</summary>
    /// <param name="app">Where the app is.</param>
    public Uri At(Uri app) => RequestUtilities.MakeDestinationAddress(app.AbsoluteUri, Path, Query);
}
