namespace Mindtrace.Reliability.Worker;

/// <summary>What a job asks of a worker under test.</summary>
/// <param name="DieAfter">The step after which the first process that gets so far is killed; none to let it live.</param>
/// <param name="Gate">A file that the job waits for; none not to wait.</param>
/// <param name="Lines">How many lines it prints before that.</param>
public sealed record LedgerInput(JobStep? DieAfter = null, string? Gate = null, int Lines = 0);

/// <summary>What comes of it.</summary>
/// <param name="Worker">The process that ran the job.</param>
public sealed record LedgerOutput(int Worker);
