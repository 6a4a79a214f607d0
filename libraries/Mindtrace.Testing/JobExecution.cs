namespace Mindtrace.Testing;

/// <summary>When a test cluster runs the jobs that are due.</summary>
public enum JobExecution
{
    /// <summary>Before the call that queued them returns. The default.</summary>
    Inline,

    /// <summary>When the test says so, by <see cref="MindtraceTestCluster.RunAsync"/> and its like: for code that waits on the clock or on gates.</summary>
    Manual,
}
