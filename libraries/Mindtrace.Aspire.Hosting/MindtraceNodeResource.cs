namespace Aspire.Hosting.ApplicationModel;

/// <summary>A node of a Mindtrace cluster: it launches workers as processes on its machine.</summary>
public sealed class MindtraceNodeResource : ProjectResource
{
    internal MindtraceNodeResource(string name, MindtraceClusterResource cluster)
        : base(name) => Cluster = cluster;

    /// <summary>Gets the cluster that the node belongs to.</summary>
    public MindtraceClusterResource Cluster { get; }
}
