using Mindtrace.Hosting.Publishing;

namespace Mindtrace.Hosting.Infrastructure;

/// <summary>The servers as containers: each with a health check and generated secrets, and a volume unless data goes with the run.</summary>
internal static class ContainerBuilderExtensions
{
    // The volumes of a deployment are network shares. The broker refuses a secret that others may read.
    private const string PrivateVolume = "uid=999,gid=999,dir_mode=0700,file_mode=0600,nobrl,mfsymlinks";

    public static Server AddRedisContainer(this IDistributedApplicationBuilder builder, ServerNames names, bool keepsData)
    {
        var redis = builder.AddRedis(names.Redis)
            .WithPinnedImage("Images:Redis", ServerImages.Redis)
            .WithArgs(arguments => AppendOnly(arguments, builder.ExecutionContext))
            .WithPlainTcp()
            .WithDeployment(ReplicaRange.One, HealthProbe.Connection);
        return new(redis, keepsData ? redis.WithDataVolume() : redis);
    }

    public static Server AddRabbitMqContainer(this IDistributedApplicationBuilder builder, ServerNames names, bool keepsData)
    {
        // The plugin first: it refuses images whose name it does not know. Its page stays on this machine. The node's name is the
        // name of its data folder, and by default that of the container's host, which changes with every container.
        var broker = builder.AddRabbitMQ(names.RabbitMq);
        broker = (builder.ExecutionContext.IsRunMode ? broker.WithManagementPlugin() : broker)
            .WithPinnedImage("Images:RabbitMq", builder.ExecutionContext.IsRunMode ? ServerImages.RabbitMqWithManagement : ServerImages.RabbitMq)
            .WithEnvironment("RABBITMQ_NODENAME", $"{ServerNames.Connection.RabbitMq}@localhost")
            .WithDeployment(ReplicaRange.One, HealthProbe.Connection, PrivateVolume);
        return new(broker, keepsData ? broker.WithDataVolume() : broker)
        {
            Management = builder.ExecutionContext.IsRunMode ? broker.GetEndpoint("management") : null,
        };
    }

    public static Server AddMinioContainer(this IDistributedApplicationBuilder builder, ServerNames names, bool keepsData)
    {
        var store = builder.AddMinio(names.Minio)
            .WithPinnedImage("Images:Minio", ServerImages.Minio)
            .WithDeployment(ReplicaRange.One, HealthProbe.Connection);
        return new(store, keepsData ? store.WithDataVolume() : store);
    }

    // Without the append-only file, a Redis that is killed forgets what it acknowledged. With it, snapshots are a second copy of the same, for which
    // Redis forks under load, and may need twice its memory. In a published application the whole command is one argument to a shell, and what is
    // added behind it would go to the shell instead.
    private static void AppendOnly(CommandLineArgsCallbackContext arguments, DistributedApplicationExecutionContext context)
    {
        if (context.IsPublishMode && arguments.Args is [.., string command])
        {
            arguments.Args[^1] = $"{command} --appendonly yes --save ''";
            return;
        }

        foreach (var argument in (string[])["--appendonly", "yes", "--save", ""])
        {
            arguments.Args.Add(argument);
        }
    }

    // azd knows the schemes http, https and tcp alone.
    private static IResourceBuilder<RedisResource> WithPlainTcp(this IResourceBuilder<RedisResource> redis) =>
        redis.ApplicationBuilder.ExecutionContext.IsRunMode
            ? redis
            : redis.WithEndpoint(redis.Resource.PrimaryEndpoint.EndpointName, endpoint => endpoint.UriScheme = "tcp", createIfNotExists: false);

    private static IResourceBuilder<T> WithPinnedImage<T>(this IResourceBuilder<T> container, string setting, string pinned)
        where T : ContainerResource
    {
        var image = container.ApplicationBuilder.Configuration[setting] is { Length: > 0 } configured ? configured : pinned;
        return container.WithAnnotation(ImageReference.Parse(image, setting).ToAnnotation(), ResourceAnnotationMutationBehavior.Replace);
    }
}
