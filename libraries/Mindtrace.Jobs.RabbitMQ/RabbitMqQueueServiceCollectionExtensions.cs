using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RabbitMQ.Client;

namespace Mindtrace.Jobs.RabbitMQ;

/// <summary>Registers job queues on RabbitMQ.</summary>
public static class RabbitMqQueueServiceCollectionExtensions
{
    /// <summary>Registers <see cref="RabbitMqJobQueue"/> as the <see cref="IJobQueue"/>, and a health check of its consumers.</summary>
    /// <param name="services">The services. Aspire's RabbitMQ client registers the <see cref="IConnectionFactory"/>.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddRabbitMqJobQueue(this IServiceCollection services)
    {
        services.AddOptions<RabbitMqQueueOptions>()
            .BindConfiguration(RabbitMqQueueOptions.SectionName)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<RabbitMqJobQueue>();
        services.AddSingleton<IJobQueue>(provider => provider.GetRequiredService<RabbitMqJobQueue>());
        services.AddHealthChecks().AddCheck<RabbitMqQueueHealthCheck>("job_consumers");
        return services;
    }
}
