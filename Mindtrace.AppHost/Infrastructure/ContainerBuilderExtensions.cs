namespace Mindtrace.AppHost.Infrastructure;

/// <summary>The servers as containers: each with a health check and generated secrets, and a volume unless data goes with the run.</summary>
internal static class ContainerBuilderExtensions
{
    public static Server AddRedisContainer(this IDistributedApplicationBuilder builder, bool keepsData)
    {
        var redis = builder.AddRedis(ServerNames.Redis)
            .WithConfiguredImage("Images:Redis")
            .WithArgs(arguments => AppendOnly(arguments, builder.ExecutionContext));
        return new(redis, keepsData ? redis.WithDataVolume() : redis);
    }

    public static Server AddRabbitMqContainer(this IDistributedApplicationBuilder builder, bool keepsData)
    {
        // The plugin first: it refuses images whose name it does not know. The node's name is the name of its data folder,
        // and by default that of the container's host, which changes with every container.
        var broker = builder.AddRabbitMQ(ServerNames.RabbitMq)
            .WithManagementPlugin()
            .WithConfiguredImage("Images:RabbitMq")
            .WithEnvironment("RABBITMQ_NODENAME", $"{ServerNames.RabbitMq}@localhost");
        return new(broker, keepsData ? broker.WithDataVolume() : broker);
    }

    public static Server AddMinioContainer(this IDistributedApplicationBuilder builder, bool keepsData)
    {
        var store = builder.AddMinio(ServerNames.Minio).WithConfiguredImage("Images:Minio");
        return new(store, keepsData ? store.WithDataVolume() : store);
    }

    // Without the append-only file, a Redis that is killed forgets what it acknowledged. In a published application
    // the whole command is one argument to a shell, and what is added behind it would go to the shell instead.
    private static void AppendOnly(CommandLineArgsCallbackContext arguments, DistributedApplicationExecutionContext context)
    {
        const string Option = "--appendonly yes";
        if (context.IsPublishMode && arguments.Args is [.., string command])
        {
            arguments.Args[^1] = $"{command} {Option}";
            return;
        }

        foreach (var argument in Option.Split(' '))
        {
            arguments.Args.Add(argument);
        }
    }

    private static IResourceBuilder<T> WithConfiguredImage<T>(this IResourceBuilder<T> container, string setting)
        where T : ContainerResource =>
        container.ApplicationBuilder.Configuration[setting] is { Length: > 0 } image
            ? container.WithAnnotation(ImageReference.Parse(image, setting).ToAnnotation(), ResourceAnnotationMutationBehavior.Replace)
            : container;
}
