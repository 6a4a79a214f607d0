namespace Mindtrace.Reliability.Worker;

/// <summary>The steps of a job on its way. The process that has it in hand can be killed after each.</summary>
public enum JobStep
{
    /// <summary>The manager has stored the job; no message tells of it.</summary>
    Stored,

    /// <summary>The broker has the message; the store believes that it is still to be published.</summary>
    Published,

    /// <summary>The store knows that the message is published.</summary>
    Confirmed,

    /// <summary>A worker received the message; the store has not heard of it.</summary>
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
