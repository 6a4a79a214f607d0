namespace Mindtrace.Jobs.Redis;

/// <summary>What was ordered about the work of one worker.</summary>
/// <param name="IsDrained">Whether it is to take no more jobs, and to end once it runs none.</param>
/// <param name="DrainLeft">How long until the deadline of the drain, negative when it is over; none without a deadline.</param>
/// <param name="PausedTypes">The job types that nobody is to take jobs of.</param>
public sealed record WorkerOrders(bool IsDrained, TimeSpan? DrainLeft, IReadOnlyCollection<JobType> PausedTypes);
