namespace Mindtrace.Hosting.Publishing;

internal static class DeploymentBuilderExtensions
{
    /// <summary>
    /// Says how the resource is deployed: as a container app with probes and replicas, which the manifest alone has no words for.
    /// The registry, the environment and the volumes stay with azd. A run on this machine is not touched.
    /// </summary>
    public static IResourceBuilder<T> WithDeployment<T>(
        this IResourceBuilder<T> resource, ReplicaRange replicas, HealthProbe probe, string? volumeOptions = null)
        where T : IResource
    {
        if (resource.ApplicationBuilder.ExecutionContext.IsRunMode)
        {
            return resource;
        }

        var target = new DeploymentTarget($"{resource.Resource.Name}-deployment");
        target.Annotations.Add(new ManifestPublishingCallbackAnnotation(async context =>
        {
            var entry = await ManifestEntry.ReadAsync(resource.Resource, context);
            await new ContainerAppModule(entry, replicas, probe, volumeOptions).WriteAsync(context);
        }));
        return resource.WithAnnotation(new DeploymentTargetAnnotation(target));
    }

    private sealed class DeploymentTarget(string name) : Resource(name);
}
