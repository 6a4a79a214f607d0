using Mindtrace.AppHost.Ports;

namespace Mindtrace.AppHost;

internal static class ServiceBuilderExtensions
{
    private const string PublicEndpoint = "https";

    /// <summary>Adds one of our executables, with the key that opens the operations of all of them.</summary>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> apiKey)
        where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name, project => project.ExcludeLaunchProfile = true).WithEnvironment("Security__ApiKey", apiKey);

    /// <summary>
    /// Gives the service an address with HTTPS where it is deployed: there, HTTP is redirected, which turns a POST into a GET. TLS ends
    /// in front of the service, which itself listens for HTTP alone.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithPublicHttps(this IResourceBuilder<ProjectResource> service) =>
        service.ApplicationBuilder.ExecutionContext.IsRunMode
            ? service
            : service.WithHttpsEndpoint(name: PublicEndpoint)
                .WithEndpointsInEnvironment(endpoint => endpoint.Name != PublicEndpoint)
                .WithEnvironment("Mindtrace__Service__Url", service.GetEndpoint(PublicEndpoint));

    /// <summary>Tells a service where the manager is.</summary>
    public static IResourceBuilder<ProjectResource> WithManager(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<ProjectResource> manager) =>
        service.ApplicationBuilder.ExecutionContext.IsRunMode
            ? service.WithReference(manager).WithEnvironment("Manager__BaseAddress", $"{ServicePorts.EndpointName}://{manager.Resource.Name}")
            : service.WithEnvironment("Manager__BaseAddress", manager.GetEndpoint(PublicEndpoint));
}
