using Mindtrace.Registry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a registry.</summary>
public static class RegistryServices
{
    /// <summary>
    /// Adds an <see cref="ObjectRegistry"/> and a <see cref="PackageStore"/> over a folder, and the health check <c>registry</c>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="path">The folder, created when first needed.</param>
    public static IServiceCollection AddFileRegistry(this IServiceCollection services, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return services.AddRegistry(provider => new FileBlobStore(path, provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>
    /// Adds an <see cref="ObjectRegistry"/> and a <see cref="PackageStore"/> over a given store, and the health check <c>registry</c>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="createStore">Makes the store, once.</param>
    public static IServiceCollection AddRegistry(this IServiceCollection services, Func<IServiceProvider, IBlobStore> createStore)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(createStore);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(createStore);
        services.AddSingleton<ObjectRegistry>();
        services.AddSingleton<PackageStore>();
        services.AddHealthChecks().AddCheck<RegistryHealthCheck>("registry");
        return services;
    }
}
