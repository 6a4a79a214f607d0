namespace Mindtrace.Jobs;

/// <summary>The server behind a queue or store cannot be reached or did not answer in time. The call may be repeated.</summary>
public sealed class JobBackendUnavailableException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="JobBackendUnavailableException"/> class.</summary>
    /// <param name="message">Which server, and what failed. No credentials.</param>
    /// <param name="innerException">What the client library said.</param>
    public JobBackendUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>A queue was used that nobody declared, or that was deleted since.</summary>
public sealed class JobQueueNotFoundException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="JobQueueNotFoundException"/> class.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="innerException">What the client library said.</param>
    public JobQueueNotFoundException(JobType queue, Exception? innerException = null)
        : base($"There is no queue '{queue}'. Register the job type, which declares its queue.", innerException) => Queue = queue;

    /// <summary>Gets the queue.</summary>
    public JobType Queue { get; }
}
