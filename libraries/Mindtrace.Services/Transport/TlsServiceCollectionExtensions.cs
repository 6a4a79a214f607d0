using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mindtrace.Services;

/// <summary>Registers <see cref="ServerCertificates"/>.</summary>
internal static class TlsServiceCollectionExtensions
{
    /// <summary>Has all clients of the HTTP client factory trust servers as <see cref="TlsOptions"/> say.</summary>
    public static void AddServerCertificates(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ServerCertificates)))
        {
            return;
        }

        services.AddOptions<TlsOptions>().BindConfiguration(TlsOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new ServerCertificates(provider.GetRequiredService<IOptions<TlsOptions>>().Value));
        services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler((handler, provider) =>
        {
            if (handler is SocketsHttpHandler sockets)
            {
                sockets.SslOptions.RemoteCertificateValidationCallback = provider.GetRequiredService<ServerCertificates>().Accepts;
            }
        }));
    }
}
