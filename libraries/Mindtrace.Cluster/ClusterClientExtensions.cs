using Microsoft.Extensions.DependencyInjection;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>Registers clients of a cluster's manager.</summary>
public static class ClusterClientExtensions
{
    /// <summary>The section of the client's <see cref="ServiceClientOptions"/>.</summary>
    public const string SectionName = "Manager";

    /// <summary>Adds a <see cref="ClusterClient"/> for the manager at <c>Manager:BaseAddress</c>, with the key of <c>Security:ApiKey</c>.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddClusterClient(this IServiceCollection services)
    {
        services.AddServiceClient<ClusterClient>(SectionName);
        return services;
    }
}
