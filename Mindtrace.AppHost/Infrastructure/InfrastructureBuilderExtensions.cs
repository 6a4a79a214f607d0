using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mindtrace.AppHost.Infrastructure;

internal static class InfrastructureBuilderExtensions
{
    /// <summary>Adds Redis, the job queues' broker and the registry's store as <see cref="InfrastructurePlan"/> decides, and logs why.</summary>
    /// <exception cref="SetupException">A setting is wrong, or containers were asked for and nothing can run them.</exception>
    public static async Task<Infrastructure> AddInfrastructureAsync(this IDistributedApplicationBuilder builder)
    {
        var settings = InfrastructureSettings.Read(builder.Configuration, builder.AppHostDirectory);
        var isPublishing = builder.ExecutionContext.IsPublishMode;
        var runtime = InfrastructurePlan.NeedsToKnowRuntime(settings.Mode, isPublishing, settings.External)
            ? await ContainerRuntimeProbe.AskAsync(builder.Configuration)
            : null;
        var plan = InfrastructurePlan.Decide(settings.Mode, isPublishing, settings.External, runtime);
        builder.LogBeforeStart(plan);

        var data = new DataDirectory(builder, settings);
        return new Infrastructure(
            plan.Redis switch
            {
                Source.External => builder.AddExternalServer(ServerNames.Redis),
                Source.Container => builder.AddRedisContainer(settings.KeepsData),
                _ => builder.AddEmbeddedRedis(data),
            },
            plan.Queue switch
            {
                Source.External => builder.AddExternalServer(ServerNames.RabbitMq),
                Source.Container => builder.AddRabbitMqContainer(settings.KeepsData),
                _ => null,
            },
            plan.Registry switch
            {
                Source.External => builder.AddExternalServer(ServerNames.Minio),
                Source.Container => builder.AddMinioContainer(settings.KeepsData),
                _ => null,
            },
            plan.Registry == Source.Embedded ? data.For("registry") : null);
    }

    /// <summary>Gives a service the job store and the job queues, and holds it back until they are healthy.</summary>
    public static IResourceBuilder<ProjectResource> WithJobs(this IResourceBuilder<ProjectResource> service, Infrastructure infrastructure)
    {
        service.WithServer(infrastructure.Redis)
            .WithEnvironment("Queue__Backend", infrastructure.RabbitMq is null ? "Redis" : "RabbitMq");
        return infrastructure.RabbitMq is { } broker ? service.WithServer(broker) : service;
    }

    /// <summary>Gives a service the registry, and holds it back until it is healthy.</summary>
    public static IResourceBuilder<ProjectResource> WithRegistry(this IResourceBuilder<ProjectResource> service, Infrastructure infrastructure) =>
        infrastructure.Minio is { } store
            ? service.WithServer(store).WithEnvironment("Registry__Backend", "Minio")
            : service.WithEnvironment("Registry__Backend", "FileSystem").WithEnvironment("Registry__Path", infrastructure.RegistryDirectory);

    private static IResourceBuilder<ProjectResource> WithServer(this IResourceBuilder<ProjectResource> service, Server server)
    {
        service.WithReference(server.Connection);
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
