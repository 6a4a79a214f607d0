using System.Text.Json;
using Mindtrace.Cluster;
using Mindtrace.Registry;
using Mindtrace.Registry.Minio;
using Mindtrace.Services;

namespace Mindtrace.Manager.Nodes;

/// <summary>How to reach store, broker and registry, in the forms that nodes and workers of either kind take. Holds secrets: never to be logged.</summary>
internal sealed class ClusterSettings(IConfiguration configuration)
{
    /// <summary>The settings that C# nodes and workers are configured by.</summary>
    private static readonly string[] Handed =
    [
        $"ConnectionStrings:{JobBackendsExtensions.RedisConnectionName}",
        $"ConnectionStrings:{JobBackendsExtensions.RabbitMqConnectionName}",
        $"ConnectionStrings:{MinioConnection.ConnectionName}",
        $"{QueueBackendOptions.SectionName}:{nameof(QueueBackendOptions.Backend)}",
        $"{RegistryOptions.SectionName}:{nameof(RegistryOptions.Backend)}",
        $"{RegistryOptions.SectionName}:{nameof(RegistryOptions.Path)}",
    ];

    /// <summary>Gets how a worker in Python reaches the broker; none where queues are not on RabbitMQ, which Python workers cannot share.</summary>
    public JsonElement? BackendArgs => Broker is not { } broker ? null : JsonSerializer.SerializeToElement(
        new
        {
            cls = "mindtrace.jobs.rabbitmq.consumer_backend.RabbitMQConsumerBackend",
            kwargs = new { host = broker.Host, port = Port(broker), username = User(broker), password = Password(broker) },
        },
        ServiceJson.Options);

    private Uri? Broker =>
        configuration.GetConnectionString(JobBackendsExtensions.RabbitMqConnectionName) is { Length: > 0 } url ? new Uri(url) : null;

    /// <summary>Gets what a node is handed when it registers.</summary>
    public RegisterNodeResponse ForNode()
    {
        var registry = configuration.GetConnectionString(MinioConnection.ConnectionName) is { Length: > 0 } minio ? MinioConnection.Parse(minio) : null;
        return new RegisterNodeResponse
        {
            Endpoint = registry?.Endpoint.Authority ?? "",
            AccessKey = registry?.AccessKey ?? "",
            SecretKey = registry?.SecretKey ?? "",
            Bucket = registry?.Bucket ?? "",
            MinioPort = registry?.Endpoint.Port ?? 0,
            RabbitMqHost = Broker?.Host ?? "",
            RabbitMqPort = Broker is null ? 0 : Port(Broker),
            RabbitMqUsername = Broker is null ? "" : User(Broker),
            RabbitMqPassword = Broker is null ? "" : Password(Broker),
            Settings = Handed.Where(key => !string.IsNullOrEmpty(configuration[key])).ToDictionary(key => key, key => configuration[key]!),
        };
    }

    private static int Port(Uri broker) => broker.Port > 0 ? broker.Port : broker.Scheme == "amqps" ? 5671 : 5672;

    private static string User(Uri broker) => Uri.UnescapeDataString(broker.UserInfo.Split(':')[0]);

    private static string Password(Uri broker) => Uri.UnescapeDataString(broker.UserInfo.Split(':', 2) is [_, var password] ? password : "");
}
