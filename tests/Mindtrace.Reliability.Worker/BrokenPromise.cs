namespace Mindtrace.Reliability.Worker;

/// <summary>A promise that workers and managers under test break on purpose, by <see cref="LedgerOptions.Breaks"/>: to show that it is found out.</summary>
public enum BrokenPromise
{
    /// <summary>All are kept.</summary>
    None,

    /// <summary>The manager drops the first message, and believes that it is published.</summary>
    DropsMessage,

    /// <summary>The worker runs a job whatever the store answers to its claim.</summary>
    RunsWithoutClaim,

    /// <summary>The worker believes that the store took an outcome, and it was never asked.</summary>
    LosesOutcomes,

    /// <summary>The worker writes an outcome over another one when the store refuses it.</summary>
    OverwritesOutcomes,
}
