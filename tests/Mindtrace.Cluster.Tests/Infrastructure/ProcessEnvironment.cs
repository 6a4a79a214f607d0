namespace Mindtrace.Cluster.Tests;

/// <summary>The environment that a process was started with.</summary>
internal static class ProcessEnvironment
{
    /// <summary>Reads it. Of nodes and workers only the administrator of the machine may; for others the test is skipped.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(int process)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may read the environment of workers.");
        var variables = await File.ReadAllTextAsync($"/proc/{process}/environ", TestContext.Current.CancellationToken);
        return variables.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(variable => variable.Split('=', 2)).ToDictionary(variable => variable[0], variable => variable[1]);
    }
}
