namespace Mindtrace.TestServers;

/// <summary>
/// How servers are marked with the test process that owns them. A test process that dies cannot end its servers;
/// test.sh finds them by this mark and removes those whose owner is gone.
/// </summary>
public static class TestProcess
{
    /// <summary>The label of containers.</summary>
    public const string Label = "mindtrace.test";

    /// <summary>The environment variable of child processes.</summary>
    public const string Variable = "MINDTRACE_TEST_OWNER";

    /// <summary>Gets the mark's value: host name and process id.</summary>
    public static string Owner { get; } = $"{Environment.MachineName}:{Environment.ProcessId}";
}
