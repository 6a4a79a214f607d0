using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mindtrace.Hosting.Infrastructure;

internal static class InfrastructureBuilderExtensions
{
    /// <summary>Adds Redis, the job queues' broker and the registry's store as <see cref="InfrastructurePlan"/> decides, and logs why.</summary>
    /// <exception cref="DistributedApplicationException">A setting is wrong, or containers were asked for and nothing can run them.</exception>
    public static ClusterServers AddClusterServers(this IDistributedApplicationBuilder builder, ServerNames names)
    {
        var settings = InfrastructureSettings.Read(builder.Configuration, builder.AppHostDirectory, names);
        var isPublishing = builder.ExecutionContext.IsPublishMode;
        var runtime = InfrastructurePlan.NeedsToKnowRuntime(settings.Mode, isPublishing, settings.External)
            ? ContainerRuntimeProbe.Ask(builder.Configuration)
            : null;
        var plan = InfrastructurePlan.Decide(settings.Mode, isPublishing, settings.External, runtime);
        builder.LogBeforeStart(plan);

        var data = new DataDirectory(builder, settings);
        return new ClusterServers(
            plan.Redis switch
            {
                Source.External => builder.AddExternalServer(names.Redis),
                Source.Container => builder.AddRedisContainer(names, settings.KeepsData),
                _ => builder.AddEmbeddedRedis(names, data),
            },
            plan.Queue switch
            {
                Source.External => builder.AddExternalServer(names.RabbitMq),
                Source.Container => builder.AddRabbitMqContainer(names, settings.KeepsData),
                _ => null,
            },
            plan.Registry switch
            {
                Source.External => builder.AddExternalServer(names.Minio),
                Source.Container => builder.AddMinioContainer(names, settings.KeepsData),
                _ => null,
            },
            plan.Registry == Source.Embedded ? data.For(names.Registry) : null);
    }

    /// <summary>Gives a service the job store and the job queues, and holds it back until they are healthy.</summary>
    public static IResourceBuilder<T> WithJobs<T>(this IResourceBuilder<T> service, ClusterServers servers)
        where T : ProjectResource
    {
        service.WithServer(servers.Redis, ServerNames.Connection.Redis)
            .WithEnvironment("Queue__Backend", servers.RabbitMq is null ? "Redis" : "RabbitMq");
        return servers.RabbitMq is { } broker ? service.WithServer(broker, ServerNames.Connection.RabbitMq) : service;
    }

    /// <summary>Lets a service make users at the broker, for those that it lets in.</summary>
    public static IResourceBuilder<T> WithBrokerUsers<T>(this IResourceBuilder<T> service, ClusterServers servers)
        where T : ProjectResource =>
        servers.RabbitMq?.Management is { } management ? service.WithEnvironment("RabbitMq__ManagementUrl", management) : service;

    /// <summary>Gives a service the registry, and holds it back until it is healthy.</summary>
    public static IResourceBuilder<T> WithRegistry<T>(this IResourceBuilder<T> service, ClusterServers servers)
        where T : ProjectResource =>
        servers.Minio is { } store
            ? service.WithServer(store, ServerNames.Connection.Minio).WithEnvironment("Registry__Backend", "Minio")
            : service.WithEnvironment("Registry__Backend", "FileSystem").WithEnvironment("Registry__Path", servers.RegistryDirectory);

    private static IResourceBuilder<T> WithServer<T>(this IResourceBuilder<T> service, Server server, string connectionName)
        where T : ProjectResource
    {
        service.WithReference(server.Connection, connectionName);
        return server.Process is { } process ? service.WaitFor(process) : service;
    }

    private static Server AddExternalServer(this IDistributedApplicationBuilder builder, string name) =>
        new(builder.AddConnectionString(name), Process: null);

    private static void LogBeforeStart(this IDistributedApplicationBuilder builder, InfrastructurePlan plan) =>
        builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            start.Services.GetRequiredService<ILoggerFactory>().CreateLogger<InfrastructurePlan>().LogInfrastructure(plan);
            return Task.CompletedTask;
        });
}

internal static partial class InfrastructureLog
{
    [LoggerMessage(LogLevel.Information, "Infrastructure: {Plan}")]
    public static partial void LogInfrastructure(this ILogger logger, InfrastructurePlan plan);
}
