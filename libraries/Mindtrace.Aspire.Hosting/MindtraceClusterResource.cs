using Mindtrace.Hosting.Infrastructure;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A Mindtrace cluster as others see it: its manager, to which jobs are submitted.</summary>
/// <remarks>The connection string is <c>Endpoint=http://host:port;Key=…</c>.</remarks>
public sealed class MindtraceClusterResource : ProjectResource, IResourceWithConnectionString
{
    internal MindtraceClusterResource(
        string name, string endpointName, ClusterServers servers, ParameterResource apiKey, ParameterResource nodeKey, ParameterResource workerKey)
        : base(name)
    {
        Servers = servers;
        (ApiKey, NodeKey, WorkerKey) = (apiKey, nodeKey, workerKey);
        Endpoint = new EndpointReference(this, endpointName);
    }

    /// <summary>Gets the key that opens every operation of the manager: that of the administrator.</summary>
    public ParameterResource ApiKey { get; }

    /// <summary>Gets the key of nodes, which opens what nodes call at the manager, and every operation of themselves.</summary>
    public ParameterResource NodeKey { get; }

    /// <summary>Gets the key of workers that no node launches, which opens what workers call at the manager, and every operation of themselves.</summary>
    public ParameterResource WorkerKey { get; }

    /// <summary>Gets where the manager is.</summary>
    public EndpointReference Endpoint { get; }

    /// <inheritdoc/>
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"Endpoint={Endpoint.Property(EndpointProperty.Url)};Key={ApiKey}");

    /// <summary>Gets what the services run on.</summary>
    internal ClusterServers Servers { get; }
}
