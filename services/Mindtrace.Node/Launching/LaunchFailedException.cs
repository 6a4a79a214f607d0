namespace Mindtrace.Node.Launching;

/// <summary>A worker did not come up, or went down for good. The message is the launch's error.</summary>
internal sealed class LaunchFailedException(string message) : Exception(message);
