namespace Mindtrace.Hosting.Infrastructure;

/// <summary>A server that services connect to.</summary>
/// <param name="Connection">What gives the connection string.</param>
/// <param name="Process">What must be healthy before a service starts; <see langword="null"/> for an external server.</param>
internal sealed record Server(IResourceBuilder<IResourceWithConnectionString> Connection, IResourceBuilder<IResource>? Process)
{
    /// <summary>Gets where users of the server are made, if that is another endpoint than what services connect to.</summary>
    public EndpointReference? Management { get; init; }
}

/// <summary>What the services run on.</summary>
/// <param name="Redis">The job store.</param>
/// <param name="RabbitMq">The broker of the job queues; <see langword="null"/> when they live in Redis.</param>
/// <param name="Minio">The registry's S3 server; <see langword="null"/> when it is a folder.</param>
/// <param name="RegistryDirectory">The registry's folder; <see langword="null"/> when it is in S3.</param>
internal sealed record ClusterServers(Server Redis, Server? RabbitMq, Server? Minio, string? RegistryDirectory);
