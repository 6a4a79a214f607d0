namespace Mindtrace.Hosting.Infrastructure;

/// <summary>The images of servers that run as containers, where <c>Images:…</c> names no others. An update of Aspire's packages changes none of them.</summary>
internal static class ServerImages
{
    public const string Redis = "docker.io/library/redis:8.6";

    public const string RabbitMq = "docker.io/library/rabbitmq:4.3";

    /// <summary>The same with the plugin by which users are made.</summary>
    public const string RabbitMqWithManagement = $"{RabbitMq}-management";

    // The project no longer publishes images, so no tag moves, and the last ones differ in what they offer.
    public const string Minio = "quay.io/minio/minio:RELEASE.2025-04-22T22-12-26Z";
}
