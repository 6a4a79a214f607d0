namespace Aspire.Hosting.ApplicationModel;

/// <summary>Workers of one class, which the application runs itself: one process for each replica.</summary>
public sealed class MindtraceWorkerResource : ProjectResource
{
    private readonly List<string> _jobTypes = [];

    internal MindtraceWorkerResource(string name, MindtraceClusterResource cluster)
        : base(name) => Cluster = cluster;

    /// <summary>Gets the cluster whose jobs they run.</summary>
    public MindtraceClusterResource Cluster { get; }

    /// <summary>Gets the job types that they consume.</summary>
    public IReadOnlyList<string> JobTypes => _jobTypes;

    internal int Add(string jobType)
    {
        _jobTypes.Add(jobType);
        return _jobTypes.Count - 1;
    }
}
