namespace Mindtrace.Hosting.Infrastructure;

internal static class MinioBuilderExtensions
{
    private const int ApiPort = 9000;
    private const int ConsolePort = 9001;
    private const string DataPath = "/data";

    /// <summary>Adds a MinIO container with a generated secret key and a health check.</summary>
    public static IResourceBuilder<MinioResource> AddMinio(this IDistributedApplicationBuilder builder, [ResourceName] string name)
    {
        var secretKey = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-secret-key", special: false);
        var minio = new MinioResource(name, "mindtrace", secretKey);
        var server = builder.AddResource(minio)
            .WithAnnotation(ImageReference.Parse(ServerImages.Minio, nameof(ServerImages.Minio)).ToAnnotation())
            .WithArgs("server", DataPath, "--console-address", $":{ConsolePort}")
            .WithEnvironment("MINIO_ROOT_USER", minio.AccessKey)
            .WithEnvironment("MINIO_ROOT_PASSWORD", minio.SecretKey)
            .WithHttpEndpoint(targetPort: ApiPort, name: MinioResource.ApiEndpointName)
            .WithHttpHealthCheck("/minio/health/live", endpointName: MinioResource.ApiEndpointName);
        return builder.ExecutionContext.IsRunMode
            ? server.WithHttpEndpoint(targetPort: ConsolePort, name: MinioResource.ConsoleEndpointName)
            : server;
    }

    /// <summary>Keeps the objects in a volume, so that they outlive the container.</summary>
    public static IResourceBuilder<MinioResource> WithDataVolume(this IResourceBuilder<MinioResource> builder) =>
        builder.WithVolume(VolumeNameGenerator.Generate(builder, "data"), DataPath);
}
