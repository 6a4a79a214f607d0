namespace Mindtrace.Environments.Scripts;

/// <summary>How a command in an environment of its own ended.</summary>
/// <param name="Verdict">The kind of end.</param>
/// <param name="ExitCode">The command's exit code; 128 and the number of the signal when one ended it; none when it was never started.</param>
/// <param name="Stdout">The end of its standard output.</param>
/// <param name="Stderr">The end of its standard error.</param>
public sealed record ScriptResult(ScriptVerdict Verdict, int? ExitCode, string Stdout, string Stderr)
{
    /// <summary>Gets why it ended, in one sentence for a person; none when the command exited by itself.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the step at which the environment could not be made (<c>clone</c>, <c>checkout</c>, <c>sync</c>, <c>connect</c>, <c>pull</c>, <c>create</c>, <c>start</c>, <c>run</c>); none otherwise.</summary>
    public string? FailedStep { get; init; }

    /// <summary>Gets the commit that was run; none outside of git, and when it was not found.</summary>
    public string? Commit { get; init; }

    /// <summary>Gets the digest of the image that was run; none outside of containers, and when it was not found.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>Gets the name by which a job runs this very image again; none outside of containers, and of an image that no registry has.</summary>
    public string? PinnedImage { get; init; }

    /// <summary>Gets whether the command ran and succeeded.</summary>
    public bool Succeeded => Verdict == ScriptVerdict.Exited && ExitCode == 0;
}

/// <summary>The kinds of end of a command.</summary>
public enum ScriptVerdict
{
    /// <summary>It exited by itself, with whatever code.</summary>
    Exited,

    /// <summary>A signal ended it that was not ours.</summary>
    Signalled,

    /// <summary>It took more memory than its limit.</summary>
    OutOfMemory,

    /// <summary>It ran longer than its limit, and was ended.</summary>
    TimedOut,

    /// <summary>It started more processes than its limit, and was ended.</summary>
    TooManyProcesses,

    /// <summary>It wrote more output than its limit, and was ended.</summary>
    TooMuchOutput,

    /// <summary>It wrote more to disk than its limit, and was ended.</summary>
    TooMuchDisk,

    /// <summary>Its job was cancelled, or its worker stopped.</summary>
    Cancelled,

    /// <summary>Its environment could not be made: see <see cref="ScriptResult.FailedStep"/>.</summary>
    EnvironmentFailed,
}
