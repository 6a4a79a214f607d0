using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>Registers clients of a cluster's manager.</summary>
public static class ClusterClientExtensions
{
    /// <summary>The section of the client's <see cref="ServiceClientOptions"/>.</summary>
    public const string SectionName = "Manager";

    /// <summary>
    /// Adds a <see cref="ClusterClient"/> for the cluster of a connection string, as <c>WithReference(cluster)</c> of an AppHost gives it:
    /// <c>Endpoint=http://host:port;Key=…</c>. Without that connection string, the settings of the section <c>Manager</c> are taken.
    /// </summary>
    /// <param name="builder">The application under construction.</param>
    /// <param name="connectionName">The name of the connection string.</param>
    /// <returns>The builder of its HTTP client, to add handlers to.</returns>
    /// <exception cref="FormatException">The connection string is malformed; the message does not show it.</exception>
    public static IHttpClientBuilder AddMindtraceCluster(this IHostApplicationBuilder builder, string connectionName = "cluster")
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Configuration.GetConnectionString(connectionName) is { Length: > 0 } text
            ? builder.Services.AddMindtraceCluster(ClusterConnection.Parse(text).ApplyTo)
            : builder.Services.AddMindtraceCluster();
    }

    /// <summary>Adds a <see cref="ClusterClient"/> for the manager at <c>Manager:BaseAddress</c>, with the key <c>Manager:ApiKey</c>, else <c>Security:ApiKey</c>.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Sets what the configuration does not, such as <see cref="ServiceClientOptions.BaseAddress"/>.</param>
    /// <returns>The builder of its HTTP client, to add handlers to.</returns>
    public static IHttpClientBuilder AddMindtraceCluster(this IServiceCollection services, Action<ServiceClientOptions>? configure = null)
    {
        var client = services.AddServiceClient<ClusterClient>(SectionName);
        if (configure is not null)
        {
            services.Configure(client.Name, configure);
        }

        return client;
    }

    /// <summary>Has this service name itself by the address that its machine has on the way to the manager, where it listens everywhere.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddManagersSide(this IServiceCollection services)
    {
        services.AddOptions<ServiceOptions>().PostConfigure<IConfiguration>((options, configuration) => options.Toward ??=
            configuration.GetValue<Uri?>($"{SectionName}:{nameof(ServiceClientOptions.BaseAddress)}"));
        return services;
    }
}
