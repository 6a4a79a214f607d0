namespace Mindtrace.Cli;

/// <summary>How the program ends.</summary>
internal enum ExitCode
{
    /// <summary>All went well.</summary>
    Success = 0,

    /// <summary>The cluster refused, or failed.</summary>
    Refused = 1,

    /// <summary>What was typed makes no sense.</summary>
    Usage = 2,

    /// <summary>The cluster did not answer.</summary>
    Unreachable = 3,

    /// <summary>The job that was waited for did not complete, or the worker did not become ready.</summary>
    Unsuccessful = 4,

    /// <summary>Ctrl+C.</summary>
    Interrupted = 130,
}

/// <summary>What was typed makes no sense, or lacks something.</summary>
internal sealed class UsageException(string message) : Exception(message);
