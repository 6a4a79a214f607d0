using System.Collections.Concurrent;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <content>The apps behind the gateway.</content>
public sealed partial class ClusterClient
{
    private readonly ConcurrentDictionary<AppName, ServiceClient> _registeredApps = new();

    /// <summary>Gets the apps that this client registered and did not unregister, each with its client.</summary>
    public IReadOnlyDictionary<AppName, ServiceClient> RegisteredApps => _registeredApps;

    /// <summary>Has the gateway lead requests to an app from now on; an earlier URL of the same name is replaced.</summary>
    /// <param name="name">The app's name, which is no path of the manager's own.</param>
    /// <param name="url">Where the app is, as seen from the manager.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A client that calls the app's operations through the gateway.</returns>
    public async Task<ServiceClient> RegisterAppAsync(AppName name, Uri url, CancellationToken cancellationToken = default)
    {
        await service.CallAsync(GatewayOperations.RegisterApp, new RegisterAppRequest(name, url), cancellationToken).ConfigureAwait(false);
        return _registeredApps.GetOrAdd(name, App);
    }

    /// <summary>Has the gateway lead no requests to an app any more.</summary>
    /// <param name="name">The app's name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the app is forgotten.</returns>
    public async Task UnregisterAppAsync(AppName name, CancellationToken cancellationToken = default)
    {
        await service.CallAsync(GatewayOperations.UnregisterApp, new AppNameRequest(name), cancellationToken).ConfigureAwait(false);
        _registeredApps.TryRemove(name, out _);
    }

    /// <summary>Lists the apps behind the gateway, whoever registered them.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The apps, by name.</returns>
    public async Task<IReadOnlyList<RegisteredApp>> ListAppsAsync(CancellationToken cancellationToken = default) =>
        (await service.CallAsync(GatewayOperations.ListApps, cancellationToken).ConfigureAwait(false)).Apps;

    /// <summary>Makes a client that calls the operations of an app through the gateway, whoever registered the app.</summary>
    /// <param name="name">The app's name.</param>
    /// <returns>The client.</returns>
    public ServiceClient App(AppName name) => service.Below(name.Value);
}
