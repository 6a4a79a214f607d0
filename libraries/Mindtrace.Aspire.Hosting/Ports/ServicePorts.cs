using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Mindtrace.Hosting.Ports;

/// <summary>A service's port that is always the same, and the setting that changes it.</summary>
internal sealed record FixedPortAnnotation(int Port, string Setting) : IResourceAnnotation;

internal static class ServicePorts
{
    public const string EndpointName = "http";

    /// <summary>The manager's address where it is deployed.</summary>
    public const string PublicEndpointName = "https";

    /// <summary>Tells whether this run takes whatever ports are free, as tests do, so that it does not meet a developer's run.</summary>
    public static bool AreRandom(IConfiguration configuration) => configuration.GetValue<bool>("DcpPublisher:RandomizePorts");

    /// <summary>Gives a service its HTTP port: that of the setting <c>Ports:{name}</c>, else the one given; with neither, or with 0, any free one.</summary>
    /// <exception cref="DistributedApplicationException">The setting holds no port.</exception>
    public static IResourceBuilder<T> WithServicePort<T>(this IResourceBuilder<T> service, int? defaultPort)
        where T : ProjectResource
    {
        var builder = service.ApplicationBuilder;
        var setting = $"Ports:{service.Resource.Name}";
        var port = Read(builder.Configuration[setting], setting, defaultPort ?? 0);

        // A fixed port is the service's own, with no proxy of the orchestrator in between: a service that is down
        // then refuses connections, as it would anywhere else. A deployment chooses ports by itself.
        var listening = builder.ExecutionContext.IsRunMode && port != 0 && !AreRandom(builder.Configuration)
            ? service.WithHttpEndpoint(port, name: EndpointName, isProxied: false).WithAnnotation(new FixedPortAnnotation(port, setting))
            : service.WithHttpEndpoint(name: EndpointName);

        // Where it is deployed to, others may call it by a name with dots, which it would take for one of an attacker's; and its
        // own socket tells nothing of where others reach it.
        var endpoint = listening.GetEndpoint(EndpointName);
        return builder.ExecutionContext.IsRunMode
            ? listening
            : listening.WithEnvironment("Security__AllowedHosts__0", endpoint.Property(EndpointProperty.Host))
                .WithEnvironment("Mindtrace__Service__Url", endpoint);
    }

    private static int Read(string? value, string setting, int defaultPort) =>
        string.IsNullOrWhiteSpace(value) ? defaultPort
        : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue ? port
        : throw new DistributedApplicationException($"{setting} is '{value}'. It is a TCP port from 1 to 65535, or 0 for any free one.");
}
