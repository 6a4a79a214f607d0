namespace Mindtrace.Cli;

/// <summary>How the program ends. The numbers are a promise to scripts.</summary>
internal enum ExitCode
{
    Success = 0,
    Refused = 1,
    Usage = 2,
    Unreachable = 3,
    Unsuccessful = 4,
    Denied = 5,
    NotFound = 6,
    Interrupted = 130,
}

/// <summary>What exit codes mean, for people.</summary>
internal static class ExitCodes
{
    public static IReadOnlyList<(ExitCode Code, string Meaning)> Meanings { get; } =
    [
        (ExitCode.Success, "All went well."),
        (ExitCode.Refused, "The cluster refused, or failed."),
        (ExitCode.Usage, "What was typed makes no sense, or lacks something."),
        (ExitCode.Unreachable, "The cluster did not answer."),
        (ExitCode.Unsuccessful, "The job that was waited for did not complete, or the worker did not become ready."),
        (ExitCode.Denied, "The key is not known, or lacks a role."),
        (ExitCode.NotFound, "The cluster does not know what was named."),
        (ExitCode.Interrupted, "Ctrl+C."),
    ];
}

/// <summary>What was typed makes no sense, or lacks something.</summary>
internal sealed class UsageException(string message) : Exception(message);
