namespace Mindtrace.AppHost;

/// <summary>A setting or a machine that does not allow a start, told so that the reader can put it right.</summary>
internal sealed class SetupException(string message) : Exception(message);
