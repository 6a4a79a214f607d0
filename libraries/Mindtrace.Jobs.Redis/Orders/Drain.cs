namespace Mindtrace.Jobs.Redis;

/// <summary>The drain of a worker or a node: no more jobs are taken.</summary>
/// <param name="Deadline">When what still runs is given back, by the server's clock; none when it may take as long as it needs.</param>
public sealed record Drain(DateTimeOffset? Deadline)
{
    private const string NoDeadline = "0";

    internal static Drain? Read(string stored) => stored.Length == 0 ? null : new Drain(stored == NoDeadline ? null : StoreTime.ToTime(stored));
}
