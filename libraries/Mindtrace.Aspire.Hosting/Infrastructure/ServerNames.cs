namespace Mindtrace.Hosting.Infrastructure;

/// <summary>The names of a cluster's servers: of their resources, of their connection strings in the AppHost, and of their folders.</summary>
/// <param name="Prefix">Sets them apart from what else the application has.</param>
internal sealed record ServerNames(string Prefix)
{
    public string ApiKey => $"{Prefix}api-key";

    public string NodeKey => $"{Prefix}node-key";

    public string WorkerKey => $"{Prefix}worker-key";

    public string Redis => Prefix + Connection.Redis;

    public string EmbeddedRedis => $"{Prefix}embedded-redis";

    public string RabbitMq => Prefix + Connection.RabbitMq;

    public string Minio => Prefix + Connection.Minio;

    public string Registry => $"{Prefix}registry";

    /// <summary>The names of the connection strings that services read.</summary>
    internal static class Connection
    {
        public const string Redis = "redis";
        public const string RabbitMq = "rabbitmq";
        public const string Minio = "minio";
    }
}
