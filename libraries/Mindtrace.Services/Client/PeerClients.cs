using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services;

/// <summary>Makes clients of services that are known by their URL only, such as workers and nodes.</summary>
/// <param name="clients">Makes the HTTP clients.</param>
/// <param name="security">Has the key of the cluster.</param>
/// <param name="time">The clock.</param>
public sealed class PeerClients(IHttpClientFactory clients, IOptions<SecurityOptions> security, TimeProvider time)
{
    /// <summary>Makes a client that calls as the manager, by a <see cref="CallKey"/>.</summary>
    /// <param name="url">Where the service is.</param>
    /// <returns>The client, to be used soon.</returns>
    public ServiceClient To(Uri url) => To(url, CallKey.For(url, security.Value.ApiKey!, time.GetUtcNow()).Text);

    /// <summary>Makes a client that calls by a key of the service's.</summary>
    /// <param name="url">Where the service is.</param>
    /// <param name="key">The key.</param>
    /// <returns>The client.</returns>
    public ServiceClient To(Uri url, string key) => new(clients.CreateClient(nameof(PeerClients)), url, key);

    /// <summary>Asks a service whether it is well.</summary>
    /// <param name="url">Where the service is.</param>
    /// <param name="path"><c>health</c> for all that it needs, <c>alive</c> for the process alone.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it says so; false when it cannot be reached.</returns>
    public async Task<bool> IsWellAsync(Uri url, string path, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(nameof(PeerClients));
        try
        {
            using var answer = await client.GetAsync(new Uri(url, path), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}

/// <summary>Registers <see cref="PeerClients"/>.</summary>
public static class PeerClientsServiceCollectionExtensions
{
    /// <summary>Adds <see cref="PeerClients"/>.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <remarks>
    /// Resilience handlers that the application gives to all HTTP clients do not apply to these. What they call is bounded by <see cref="OutboundOptions"/>.
    /// </remarks>
    public static IServiceCollection AddPeerClients(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOutboundConnections();
        services.AddHttpClient(nameof(PeerClients)).WithoutResilience()
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<OutboundConnections>().CreateHandler());
        return services.AddSingleton<PeerClients>();
    }
}
