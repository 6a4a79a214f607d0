using System.Text.Json;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Manager.Keys;
using Mindtrace.Registry;
using Mindtrace.Registry.Minio;
using Mindtrace.Services;

namespace Mindtrace.Manager.Nodes;

/// <summary>How to reach store and broker, in the forms that nodes and workers of either kind take. Holds secrets: never to be logged.</summary>
internal sealed class ClusterSettings(
    IConfiguration configuration, WorkerAccounts accounts, IOptions<NodeOptions> options, IOptions<SecurityOptions> security)
{
    /// <summary>The settings that C# nodes and workers are configured by.</summary>
    private static readonly string[] Handed =
    [
        $"ConnectionStrings:{JobBackendsExtensions.RedisConnectionName}",
        $"ConnectionStrings:{JobBackendsExtensions.RabbitMqConnectionName}",
        $"{QueueBackendOptions.SectionName}:{nameof(QueueBackendOptions.Backend)}",

        // Where a folder is the registry, nodes of 0.1 read programs there themselves.
        $"{RegistryOptions.SectionName}:{nameof(RegistryOptions.Backend)}",
        $"{RegistryOptions.SectionName}:{nameof(RegistryOptions.Path)}",
    ];

    private Uri? OwnBroker =>
        configuration.GetConnectionString(JobBackendsExtensions.RabbitMqConnectionName) is { Length: > 0 } url ? new Uri(url) : null;

    /// <summary>Tells how a worker in Python reaches the broker; none where queues are not on RabbitMQ, which Python workers cannot share.</summary>
    public async Task<JsonElement?> BackendArgsAsync(CancellationToken cancellationToken) => await BrokerAsync(cancellationToken) is not { } broker ? null : JsonSerializer.SerializeToElement(
        new
        {
            cls = "mindtrace.jobs.rabbitmq.consumer_backend.RabbitMQConsumerBackend",
            kwargs = new { host = broker.Host, port = Port(broker), username = User(broker), password = Password(broker) },
        },
        ServiceJson.Options);

    /// <summary>Tells what a node is handed when it registers, for itself and for its workers.</summary>
    public async Task<RegisterNodeResponse> ForNodeAsync(Uri node, CancellationToken cancellationToken)
    {
        var logins = await accounts.GetAsync(cancellationToken);
        var broker = logins.RabbitMq ?? OwnBroker;
        var registry = options.Value.HandOutRegistry && configuration.GetConnectionString(MinioConnection.ConnectionName) is { Length: > 0 } minio
            ? MinioConnection.Parse(minio)
            : null;
        return new RegisterNodeResponse
        {
            Endpoint = registry?.Endpoint.Authority ?? "",
            AccessKey = registry?.AccessKey ?? "",
            SecretKey = registry?.SecretKey ?? "",
            Bucket = registry?.Bucket ?? "",
            MinioPort = registry?.Endpoint.Port ?? 0,
            RabbitMqHost = broker?.Host ?? "",
            RabbitMqPort = broker is null ? 0 : Port(broker),
            RabbitMqUsername = broker is null ? "" : User(broker),
            RabbitMqPassword = broker is null ? "" : Password(broker),
            Settings = SettingsFor(node, logins),
        };
    }

    private Dictionary<string, string> SettingsFor(Uri node, WorkerLogins logins)
    {
        var settings = Handed.Where(key => !string.IsNullOrEmpty(configuration[key])).ToDictionary(key => key, key => configuration[key]!);
        settings[$"{SecurityOptions.SectionName}:{nameof(SecurityOptions.ApiKey)}"] = WorkersKey.Of(node, security.Value.ApiKey!).Text;
        if (logins.Redis is { } redis)
        {
            settings[$"ConnectionStrings:{JobBackendsExtensions.RedisConnectionName}"] = redis;

            // Whoever may add to the audit log by the server's rules may also take from it.
            settings[$"{AuditOptions.SectionName}:{nameof(AuditOptions.InStore)}"] = bool.FalseString;
        }

        if (logins.RabbitMq is { } broker)
        {
            settings[$"ConnectionStrings:{JobBackendsExtensions.RabbitMqConnectionName}"] = broker.AbsoluteUri;
        }

        return settings;
    }

    private async Task<Uri?> BrokerAsync(CancellationToken cancellationToken) =>
        OwnBroker is { } own ? (await accounts.GetAsync(cancellationToken)).RabbitMq ?? own : null;

    private static int Port(Uri broker) => broker.Port > 0 ? broker.Port : broker.Scheme == "amqps" ? 5671 : 5672;

    private static string User(Uri broker) => Uri.UnescapeDataString(broker.UserInfo.Split(':')[0]);

    private static string Password(Uri broker) => Uri.UnescapeDataString(broker.UserInfo.Split(':', 2) is [_, var password] ? password : "");
}
