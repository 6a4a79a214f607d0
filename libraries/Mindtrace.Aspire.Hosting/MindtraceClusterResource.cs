using Mindtrace.Hosting.Infrastructure;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A Mindtrace cluster as others see it: its manager, to which jobs are submitted.</summary>
/// <remarks>The connection string is <c>Endpoint=http://host:port;Key=…</c>.</remarks>
public sealed class MindtraceClusterResource : ProjectResource, IResourceWithConnectionString
{
    internal MindtraceClusterResource(string name, string endpointName, ClusterServers servers, ParameterResource apiKey)
        : base(name)
    {
        Servers = servers;
        ApiKey = apiKey;
        Endpoint = new EndpointReference(this, endpointName);
    }

    /// <summary>Gets the key that opens every operation of every service of the cluster.</summary>
    public ParameterResource ApiKey { get; }

    /// <summary>Gets where the manager is.</summary>
    public EndpointReference Endpoint { get; }

    /// <inheritdoc/>
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"Endpoint={Endpoint.Property(EndpointProperty.Url)};Key={ApiKey}");

    /// <summary>Gets what the services run on.</summary>
    internal ClusterServers Servers { get; }
}
