namespace Mindtrace.Environments.Scripts;

/// <summary>What to run: a program with its arguments.</summary>
/// <remarks>A line for a shell is one argument of that shell. Nothing is ever pasted into a line of ours.</remarks>
/// <param name="Arguments">The program, then its arguments.</param>
public sealed record ScriptCommand(IReadOnlyList<string> Arguments)
{
    /// <summary>Gets the id of the job that runs it, by which the environment is marked; none when no job does.</summary>
    public string? JobId { get; init; }

    /// <summary>Gets the line, if a shell is to read one.</summary>
    public string? Line { get; private init; }

    /// <summary>Has a shell read a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="shell">A shell that knows <c>-c</c>.</param>
    /// <returns>The command.</returns>
    public static ScriptCommand Shell(string line, string shell = "sh") => new([shell, "-c", line]) { Line = line };
}
