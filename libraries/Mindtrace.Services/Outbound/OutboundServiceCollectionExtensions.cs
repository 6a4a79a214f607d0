using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mindtrace.Services;

/// <summary>Registers <see cref="OutboundConnections"/>.</summary>
public static class OutboundServiceCollectionExtensions
{
    /// <summary>Adds <see cref="OutboundConnections"/> and <see cref="OutboundAddresses"/>.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddOutboundConnections(this IServiceCollection services)
    {
        services.AddOptions<OutboundOptions>()
            .BindConfiguration(OutboundOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddServerCertificates();
        services.TryAddSingleton<OutboundAddresses>();
        services.TryAddSingleton<OutboundConnections>();
        return services;
    }
}
