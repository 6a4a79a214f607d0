namespace Mindtrace.Reliability.Worker;

/// <summary>The steps of a worker between the receipt of a message and its acknowledgement. It can be killed after each.</summary>
public enum WorkerStep
{
    /// <summary>The message was received; the store has not heard of it.</summary>
    Received,

    /// <summary>The job was claimed.</summary>
    Claimed,

    /// <summary>The worker's code is in the middle of the job.</summary>
    Running,

    /// <summary>The worker's code is done; the store has not heard of it.</summary>
    Returned,

    /// <summary>The outcome is recorded; the message is not acknowledged.</summary>
    Finished,

    /// <summary>The message is acknowledged.</summary>
    Acknowledged,
}
