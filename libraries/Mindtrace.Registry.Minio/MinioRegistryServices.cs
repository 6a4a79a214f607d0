using System.Net.Security;
using Microsoft.Extensions.Configuration;
using Mindtrace.Registry;
using Mindtrace.Registry.Minio;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers a registry that may lie on an S3 server.</summary>
public static class MinioRegistryServices
{
    /// <summary>Adds the registry that the configuration asks for: see <see cref="RegistryOptions"/> and <see cref="MinioConnection"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The configuration.</param>
    /// <param name="certificates">Decides about the certificate of an https server; the system does by default.</param>
    /// <exception cref="InvalidOperationException">The section <c>Registry</c> is wrong, or MinIO is asked for and not configured.</exception>
    /// <exception cref="FormatException">The connection string is malformed.</exception>
    public static IServiceCollection AddRegistry(
        this IServiceCollection services, IConfiguration configuration, RemoteCertificateValidationCallback? certificates = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var options = configuration.GetSection(RegistryOptions.SectionName).Get<RegistryOptions>() ?? new RegistryOptions();
        return options.Backend switch
        {
            RegistryBackend.Minio => services.AddMinioRegistry(MinioConnection.FromConfiguration(configuration), certificates),
            RegistryBackend.FileSystem when !string.IsNullOrWhiteSpace(options.Path) => services.AddFileRegistry(options.Path),
            RegistryBackend.FileSystem => throw new InvalidOperationException(
                "Registry:Path is empty: name the folder of the registry, or leave the setting out for the default."),
            _ => throw new InvalidOperationException($"Registry:Backend is {options.Backend}: expected FileSystem or Minio."),
        };
    }

    /// <summary>
    /// Adds an <see cref="ObjectRegistry"/> and a <see cref="PackageStore"/> over a bucket, the <see cref="MinioConnection"/> itself,
    /// and the health check <c>registry</c>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="connection">Server, keys and bucket.</param>
    /// <param name="certificates">Decides about the certificate of an https server; the system does by default.</param>
    public static IServiceCollection AddMinioRegistry(
        this IServiceCollection services, MinioConnection connection, RemoteCertificateValidationCallback? certificates = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        services.AddSingleton(connection);
        return services.AddRegistry(provider => new MinioBlobStore(connection, provider.GetRequiredService<TimeProvider>(), certificates));
    }
}
