using Mindtrace.AppHost.Ports;

namespace Mindtrace.AppHost;

internal static class ServiceBuilderExtensions
{
    /// <summary>Adds one of our executables, with the key that opens the operations of all of them.</summary>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> apiKey)
        where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name, project => project.ExcludeLaunchProfile = true).WithEnvironment("Security__ApiKey", apiKey);

    /// <summary>Tells a service where the manager is.</summary>
    public static IResourceBuilder<ProjectResource> WithManager(
        this IResourceBuilder<ProjectResource> service, IResourceBuilder<ProjectResource> manager) =>
        service.WithReference(manager)
            .WithEnvironment("Manager__BaseAddress", $"{ServicePorts.EndpointName}://{manager.Resource.Name}");
}
