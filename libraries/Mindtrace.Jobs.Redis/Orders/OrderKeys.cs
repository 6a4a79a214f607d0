using StackExchange.Redis;

namespace Mindtrace.Jobs.Redis;

/// <summary>Where orders lie that workers go by. docs/architecture.md lists the keys.</summary>
internal sealed class OrderKeys(RedisKeySpace space)
{
    /// <summary>Gets the hash of drained nodes, each with its deadline.</summary>
    public RedisKey DrainedNodes { get; } = space.Key("drained-nodes");

    /// <summary>Gets the set of paused job types.</summary>
    public RedisKey PausedTypes { get; } = space.Key("paused-types");

    /// <summary>Gets where each order is announced: <c>worker</c>, <c>node</c> or <c>type</c>, and whom it concerns.</summary>
    public string Channel { get; } = space.Prefix + "orders";
}
