using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services;

/// <summary>Registers clients of services.</summary>
public static class ServiceClientServiceCollectionExtensions
{
    /// <summary>Registers a client whose constructor takes a <see cref="ServiceClient"/>.</summary>
    /// <typeparam name="TClient">The client, a class that says whose operations it calls. Transient.</typeparam>
    /// <param name="services">The services to add to.</param>
    /// <param name="sectionName">The section of its <see cref="ServiceClientOptions"/>, checked at start.</param>
    /// <returns>The builder of its HTTP client, to add handlers to.</returns>
    /// <remarks>Resilience handlers that the application gives to all HTTP clients do not apply to this one.</remarks>
    public static IHttpClientBuilder AddServiceClient<TClient>(this IServiceCollection services, string sectionName)
        where TClient : class
    {
        ArgumentException.ThrowIfNullOrEmpty(sectionName);
        services.AddServerCertificates();
        var name = typeof(TClient).FullName!;
        services.AddOptions<ServiceClientOptions>(name)
            .BindConfiguration(sectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddTransient(provider =>
        {
            var options = provider.GetRequiredService<IOptionsMonitor<ServiceClientOptions>>().Get(name);
            var key = options.ApiKey
                ?? provider.GetRequiredService<IConfiguration>()[$"{SecurityOptions.SectionName}:{nameof(SecurityOptions.ApiKey)}"];
            var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient(name);
            return ActivatorUtilities.CreateInstance<TClient>(provider, new ServiceClient(http, options.BaseAddress, key));
        });
        return services.AddHttpClient(name).WithoutResilience().ConfigureHttpClient((provider, http) =>
            http.Timeout = provider.GetRequiredService<IOptionsMonitor<ServiceClientOptions>>().Get(name).Timeout);
    }

    /// <summary>A call may last as long as a job, and may not be repeated by someone who does not know what it does.</summary>
    internal static IHttpClientBuilder WithoutResilience(this IHttpClientBuilder client)
    {
#pragma warning disable EXTEXP0001
        return client.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
    }
}
