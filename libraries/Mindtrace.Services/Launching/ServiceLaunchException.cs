namespace Mindtrace.Services;

/// <summary>A service could not be started.</summary>
public sealed class ServiceLaunchException : Exception
{
    internal ServiceLaunchException(ServiceLaunch launch, string reason, int? exitCode = null, string output = "")
        : base($"{Path.GetFileName(launch.Program)} at {launch.Url} was not started: {reason}{(output.Length == 0 ? "" : " Its last lines:\n" + output)}") =>
        (ExitCode, Output) = (exitCode, output);

    /// <summary>Gets the exit code, if the process was started and ended by itself.</summary>
    public int? ExitCode { get; }

    /// <summary>Gets the last lines that it wrote, at most 40.</summary>
    public string Output { get; }
}
