namespace Mindtrace.Environments;

/// <summary>A repository could not be read: it is not there, does not answer, or does not hold what was asked for.</summary>
/// <param name="message">What went wrong, with the repository's URL.</param>
/// <param name="innerException">The error that showed it, if there was one.</param>
public sealed class GitException(string message, Exception? innerException = null) : Exception(message, innerException);
