using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using Mindtrace.Registry;
using Mindtrace.Registry.Minio;
using StackExchange.Redis;

namespace Mindtrace.Cluster;

/// <content>The servers: Redis, RabbitMQ, MinIO.</content>
internal sealed partial class MindtraceVariables
{
    private const string ClusterRedis = "MINDTRACE_CLUSTER__DEFAULT_REDIS_URL";
    private const string WorkerRedis = "MINDTRACE_WORKER__DEFAULT_REDIS_URL";
    private const string RabbitMqHost = "MINDTRACE_CLUSTER__RABBITMQ_HOST";
    private const string RabbitMqPort = "MINDTRACE_CLUSTER__RABBITMQ_PORT";
    private const string RabbitMqUser = "MINDTRACE_CLUSTER__RABBITMQ_USERNAME";
    private const string RabbitMqPassword = "MINDTRACE_CLUSTER__RABBITMQ_PASSWORD";
    private const string MinioEndpoint = "MINDTRACE_CLUSTER__MINIO_ENDPOINT";
    private const string MinioHost = "MINDTRACE_CLUSTER__MINIO_HOST";
    private const string MinioPort = "MINDTRACE_CLUSTER__MINIO_PORT";
    private const string MinioAccessKey = "MINDTRACE_CLUSTER__MINIO_ACCESS_KEY";
    private const string MinioSecretKey = "MINDTRACE_CLUSTER__MINIO_SECRET_KEY";
    private const string MinioBucket = "MINDTRACE_CLUSTER__MINIO_BUCKET";

    // Workers keep their records where the cluster does, so its variable is the one that counts.
    private void MapRedis()
    {
        if (TryTake(ClusterRedis, out var url))
        {
            MapRedis(ClusterRedis, url);
        }
        else if (TryTake(WorkerRedis, out url))
        {
            MapRedis(WorkerRedis, url);
        }
    }

    private void MapRedis(string name, string text)
    {
        var database = 0;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("redis" or "rediss") || url.Host.Length == 0
            || (url.AbsolutePath is not ("" or "/")
                && !int.TryParse(url.AbsolutePath[1..], NumberStyles.None, CultureInfo.InvariantCulture, out database)))
        {
            RefuseSecret(name, "redis://[user:password@]host[:port][/database]");
            return;
        }

        var login = url.UserInfo.Split(':', 2);
        var (user, password) = (Uri.UnescapeDataString(login[0]), login.Length == 2 ? Uri.UnescapeDataString(login[1]) : "");
        if ((user + password).Contains(',', StringComparison.Ordinal))
        {
            RefuseSecret(name, "user name and password without a comma, which the client's settings cannot hold");
            return;
        }

        var redis = new ConfigurationOptions
        {
            EndPoints = { { url.Host, url.IsDefaultPort ? 6379 : url.Port } },
            User = user.Length == 0 ? null : user,
            Password = password.Length == 0 ? null : password,
            DefaultDatabase = database == 0 ? null : database,
        };
        if (url.Scheme == "rediss")
        {
            redis.Ssl = true;
        }

        _settings[$"ConnectionStrings:{JobBackendsExtensions.RedisConnectionName}"] = redis.ToString(includePassword: true);
    }

    private void MapRabbitMq()
    {
        var given = _taken.Count;
        var host = TakeHost(RabbitMqHost, "localhost");
        var port = TakePort(RabbitMqPort, 5672);
        var user = Uri.EscapeDataString(Take(RabbitMqUser, "user"));
        var password = Uri.EscapeDataString(Take(RabbitMqPassword, "password"));
        if (_taken.Count == given)
        {
            return;
        }

        _settings[$"ConnectionStrings:{JobBackendsExtensions.RabbitMqConnectionName}"] =
            string.Create(CultureInfo.InvariantCulture, $"amqp://{user}:{password}@{InUrl(host)}:{port}");
        _settings[$"{QueueBackendOptions.SectionName}:{nameof(QueueBackendOptions.Backend)}"] = nameof(QueueBackend.RabbitMq);
    }

    private void MapMinio()
    {
        var given = _taken.Count;
        var port = TakePort(MinioPort, 9000);
        var server = TakeMinioServer(port);
        var connection = new DbConnectionStringBuilder
        {
            ["Endpoint"] = server?.GetLeftPart(UriPartial.Authority),
            ["AccessKey"] = Take(MinioAccessKey, "minioadmin"),
            ["SecretKey"] = Take(MinioSecretKey, "minioadmin"),
            ["Bucket"] = Take(MinioBucket, MinioConnection.DefaultBucket),
        };
        if (_taken.Count == given || server is null)
        {
            return;
        }

        try
        {
            MinioConnection.Parse(connection.ConnectionString);
        }
        catch (FormatException)
        {
            // Everything but the bucket is sound by now.
            Refuse(MinioBucket, (string)connection["Bucket"], "3 to 63 lower-case letters, digits, '.' and '-', with a letter or digit at both ends");
        }

        _settings[$"ConnectionStrings:{MinioConnection.ConnectionName}"] = connection.ConnectionString;
        _settings[$"{RegistryOptions.SectionName}:{nameof(RegistryOptions.Backend)}"] = nameof(RegistryBackend.Minio);
    }

    /// <summary>Reads the endpoint, which may be a URL, <c>host:port</c> or a host, else the host. Returns null for one that cannot be used.</summary>
    private Uri? TakeMinioServer(int port)
    {
        if (!TryTake(MinioEndpoint, out var endpoint))
        {
            var host = TakeHost(MinioHost, "localhost");
            return Uri.TryCreate(string.Create(CultureInfo.InvariantCulture, $"http://{InUrl(host)}:{port}"), UriKind.Absolute, out var uri) ? uri : null;
        }

        if (Uri.TryCreate(endpoint.Contains("://", StringComparison.Ordinal) ? endpoint : $"http://{endpoint}", UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https" && url is { UserInfo: "", PathAndQuery: "/", Fragment: "" })
        {
            return EndsWithPort().IsMatch(endpoint) ? url : new UriBuilder(url) { Port = port }.Uri;
        }

        RefuseSecret(MinioEndpoint, "http://host:port, https://host:port, host:port or host, nothing more");
        return null;
    }

    private static string InUrl(string host) => Uri.CheckHostName(host) == UriHostNameType.IPv6 ? $"[{host.Trim('[', ']')}]" : host;

    [GeneratedRegex(@":\d+/?\z", RegexOptions.CultureInvariant)]
    private static partial Regex EndsWithPort();
}
