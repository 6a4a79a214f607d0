namespace Mindtrace.Jobs;

/// <summary>What a claim found.</summary>
public enum ClaimAnswer
{
    /// <summary>The job is the caller's to run.</summary>
    Claimed,

    /// <summary>The job waits for its time; it will be published again.</summary>
    NotYet,

    /// <summary>Another attempt runs it; should that one die, the job is published again.</summary>
    Held,

    /// <summary>The job is final.</summary>
    Done,

    /// <summary>There is no record of the job.</summary>
    Unknown,
}

/// <summary>What a renewal found.</summary>
public enum LeaseAnswer
{
    /// <summary>The attempt goes on.</summary>
    Renewed,

    /// <summary>The attempt goes on, but somebody asked to cancel it.</summary>
    CancelRequested,

    /// <summary>The attempt was ended by others; its result will not be taken.</summary>
    Stale,
}

/// <summary>What a cancel did.</summary>
public enum CancelAnswer
{
    /// <summary>The job was queued and is cancelled.</summary>
    Cancelled,

    /// <summary>The job runs; its worker is asked to stop.</summary>
    Requested,

    /// <summary>The job is final and stays as it is.</summary>
    AlreadyFinal,

    /// <summary>There is no record of the job.</summary>
    Unknown,
}

/// <summary>What a requeue did.</summary>
public enum RequeueAnswer
{
    /// <summary>The job is queued again.</summary>
    Requeued,

    /// <summary>The job is no dead letter.</summary>
    NotDeadLetter,

    /// <summary>The job's type has no route.</summary>
    NoRoute,

    /// <summary>Another job that is queued or running holds the unique key of the job.</summary>
    KeyHeld,

    /// <summary>There is no record of the job.</summary>
    Unknown,
}
