namespace Mindtrace.Benchmarks;

/// <summary>What a cluster under test is made of.</summary>
internal sealed record ClusterShape
{
    /// <summary>Gets how many workers there are from the start. The default is 1.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Gets whether there is a node. The default is none.</summary>
    public bool HasNode { get; init; }

    /// <summary>Gets how long finished jobs are kept; as long as by default unless it is said.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>Gets where logs, metrics and traces are sent; nowhere by default.</summary>
    public TelemetrySink? Telemetry { get; init; }
}
