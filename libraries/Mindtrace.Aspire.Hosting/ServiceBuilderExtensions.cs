using Mindtrace.Hosting.Ports;
using Mindtrace.Hosting.Publishing;

namespace Mindtrace.Hosting;

internal static class ServiceBuilderExtensions
{
    private static readonly ProjectResourceOptions WithoutLaunchProfile = new() { ExcludeLaunchProfile = true };

    /// <summary>Adds a service of a cluster: a program with one port, a key of its own, and a health check.</summary>
    public static IResourceBuilder<T> AddService<T>(
        this IDistributedApplicationBuilder builder, T service, ParameterResource key, IProjectMetadata program, int? port,
        ReplicaRange replicas)
        where T : ProjectResource =>
        builder.AddProgram(service, program)
            .WithEnvironment("Security__ApiKey", key)
            .WithServicePort(port)
            .WithHttpHealthCheck("/health")
            .WithDeployment(replicas, HealthProbe.Service);

    /// <summary>Adds a .NET program, as <c>AddProject</c> does.</summary>
    public static IResourceBuilder<T> AddProgram<T>(this IDistributedApplicationBuilder builder, T resource, IProjectMetadata program)
        where T : ProjectResource =>
#pragma warning disable ASPIREPROJECTS001 // The only way to give resource types of one's own what AddProject gives to its own.
        builder.AddResource(resource).WithAnnotation(program).WithProjectDefaults(WithoutLaunchProfile);
#pragma warning restore ASPIREPROJECTS001

    /// <summary>
    /// Gives the manager an address with HTTPS where it is deployed: there, HTTP is redirected, which turns a POST into a GET. TLS ends
    /// in front of the service, which itself listens for HTTP alone.
    /// </summary>
    public static IResourceBuilder<MindtraceClusterResource> WithPublicHttps(this IResourceBuilder<MindtraceClusterResource> cluster) =>
        cluster.ApplicationBuilder.ExecutionContext.IsRunMode
            ? cluster
            : cluster.WithHttpsEndpoint(name: ServicePorts.PublicEndpointName)
                .WithEndpointsInEnvironment(endpoint => endpoint.Name != ServicePorts.PublicEndpointName)
                .WithEnvironment("Mindtrace__Service__Url", cluster.Resource.Endpoint);

    /// <summary>Tells a service where the manager is.</summary>
    public static IResourceBuilder<T> WithManager<T>(this IResourceBuilder<T> service, IResourceBuilder<MindtraceClusterResource> cluster)
        where T : ProjectResource =>
        service.ApplicationBuilder.ExecutionContext.IsRunMode
            ? service.WithReference(cluster.Resource.Endpoint).WithEnvironment("Manager__BaseAddress", $"{ServicePorts.EndpointName}://{cluster.Resource.Name}")
            : service.WithEnvironment("Manager__BaseAddress", cluster.Resource.Endpoint);
}
