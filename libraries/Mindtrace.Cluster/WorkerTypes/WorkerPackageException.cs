namespace Mindtrace.Cluster;

/// <summary>A package is no zip, or one that must not be extracted.</summary>
/// <param name="message">What is wrong with it.</param>
/// <param name="innerException">The error that showed it, if there was one.</param>
public sealed class WorkerPackageException(string message, Exception? innerException = null) : Exception(message, innerException);
