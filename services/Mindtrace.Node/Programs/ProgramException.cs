namespace Mindtrace.Node.Programs;

/// <summary>There is no program to launch for a worker type. The message is for whoever asked for the launch.</summary>
internal sealed class ProgramException(string message, Exception? innerException = null) : Exception(message, innerException);
