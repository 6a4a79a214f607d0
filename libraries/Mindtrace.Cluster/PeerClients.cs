using Microsoft.Extensions.Options;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>Makes clients of services that are known by their URL only: workers and nodes.</summary>
/// <param name="clients">Makes the HTTP clients.</param>
/// <param name="security">The key that all services of the cluster share.</param>
public sealed class PeerClients(IHttpClientFactory clients, IOptions<SecurityOptions> security)
{
    /// <summary>Makes a client.</summary>
    /// <param name="url">Where the service is.</param>
    /// <returns>The client, for one use or several.</returns>
    public ServiceClient To(Uri url) => new(clients.CreateClient(nameof(PeerClients)), url, security.Value.ApiKey);
}
