namespace Mindtrace.Cluster;

/// <summary>Thrown by a worker's code that was told to stop and has something to show all the same: it becomes the output of the job.</summary>
/// <remarks>Without anything to show, an <see cref="OperationCanceledException"/> will do. It counts only when the attempt was told to stop.</remarks>
/// <param name="output">What the attempt produced; written to the job's output.</param>
/// <param name="innerException">What ended the work.</param>
public sealed class JobStoppedException(object? output, Exception? innerException = null)
    : OperationCanceledException("The attempt was stopped.", innerException)
{
    /// <summary>Gets what the attempt produced.</summary>
    public object? Output { get; } = output;
}
