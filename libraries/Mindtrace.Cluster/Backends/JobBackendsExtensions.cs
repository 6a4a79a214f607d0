using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mindtrace.Jobs;
using Mindtrace.Jobs.RabbitMQ;
using Mindtrace.Jobs.Redis;
using Mindtrace.Services;
using StackExchange.Redis;

namespace Mindtrace.Cluster;

/// <summary>Registers what keeps and carries jobs, as the configuration says.</summary>
public static class JobBackendsExtensions
{
    /// <summary>The name of Redis among the connection strings.</summary>
    public const string RedisConnectionName = "redis";

    /// <summary>The name of RabbitMQ among the connection strings.</summary>
    public const string RabbitMqConnectionName = "rabbitmq";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>Adds the job store on Redis, and the queues on what <see cref="QueueBackendOptions"/> names.</summary>
    /// <typeparam name="TBuilder">The builder.</typeparam>
    /// <param name="builder">The application under construction.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">A connection string that is needed is missing, or <c>Queue:Backend</c> is no backend.</exception>
    public static TBuilder AddJobBackends<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var queue = builder.Configuration.GetSection(QueueBackendOptions.SectionName).Get<QueueBackendOptions>() ?? new QueueBackendOptions();
        Require(builder, RedisConnectionName);
        var certificates = ServerCertificates.Of(builder.Configuration);

        // The spans of single commands would bury those of jobs; the store's work is part of the spans of what it is done for.
        builder.AddRedisClient(
            RedisConnectionName,
            settings => settings.DisableTracing = true,
            options =>
            {
                options.AbortOnConnectFail = false;
                options.BacklogPolicy = BacklogPolicy.FailFast;
                options.CertificateValidation += certificates.Accepts;
            });
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new RedisKeySpace());
        services.AddSingleton(provider => new RedisJobStore(
            provider.GetRequiredService<IConnectionMultiplexer>(), provider.GetRequiredService<RedisKeySpace>()));
        services.AddSingleton<IJobStore>(provider => provider.GetRequiredService<RedisJobStore>());
        services.AddSingleton<IAttemptStore>(provider => provider.GetRequiredService<RedisJobStore>());
        services.AddSingleton<IDispatchStore>(provider => provider.GetRequiredService<RedisJobStore>());
        services.AddSingleton<ILimitStore>(provider => provider.GetRequiredService<RedisJobStore>());
        services.AddSingleton<IJobLogStore>(provider => provider.GetRequiredService<RedisJobStore>());
        services.AddSingleton<IJobCensus>(provider => provider.GetRequiredService<RedisJobStore>());
        services.AddSingleton<IScheduleStore>(provider => provider.GetRequiredService<RedisJobStore>());
        services.AddSingleton<RedisJobTypes>();
        services.AddSingleton<RedisWorkerDirectory>();
        services.AddSingleton<RedisAppDirectory>();
        services.AddSingleton<RedisKeyDirectory>();
        services.AddSingleton<IApiKeyDirectory, StoredApiKeys>();
        services.AddOptions<AuditOptions>().BindConfiguration(AuditOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RedisAuditLog>();
        services.AddSingleton<ClusterAuditLog>();
        if (builder.Configuration.GetValue($"{AuditOptions.SectionName}:{nameof(AuditOptions.InStore)}", defaultValue: true))
        {
            services.AddSingleton<IAuditStore>(provider => provider.GetRequiredService<ClusterAuditLog>());
        }

        services.AddProblem<JobBackendUnavailableException>(
            StatusCodes.Status503ServiceUnavailable, "backend-unavailable", "Store or broker cannot be reached.", e => e.Message, RetryAfter);
        services.AddSingleton<JobsTelemetry>();
        switch (queue.Backend)
        {
            case QueueBackend.RabbitMq:
                Require(builder, RabbitMqConnectionName);
                builder.AddRabbitMQClient(
                    RabbitMqConnectionName,
                    settings => settings.DisableTracing = true,
                    factory => factory.Ssl.CertificateValidationCallback = certificates.Accepts);
                services.AddRabbitMqJobQueue();
                break;
            default:
                services.AddOptions<RedisQueueOptions>().BindConfiguration("Queue:Redis").ValidateDataAnnotations().ValidateOnStart();
                services.AddSingleton<IJobQueue>(provider => new RedisJobQueue(
                    provider.GetRequiredService<IConnectionMultiplexer>(), provider.GetRequiredService<RedisKeySpace>(),
                    provider.GetRequiredService<IOptions<RedisQueueOptions>>().Value,
                    provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RedisJobQueue>>()));
                break;
        }

        return builder;
    }

    private static void Require(IHostApplicationBuilder builder, string name)
    {
        if (string.IsNullOrEmpty(builder.Configuration.GetConnectionString(name)))
        {
            throw new InvalidOperationException(
                $"There is no connection string '{name}'. Set ConnectionStrings:{name}, for instance as the environment variable ConnectionStrings__{name}.");
        }
    }
}
