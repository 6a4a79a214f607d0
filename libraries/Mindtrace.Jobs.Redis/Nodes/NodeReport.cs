using System.Text.Json.Serialization;

namespace Mindtrace.Jobs.Redis;

/// <summary>What a node tells of itself with each sign of life.</summary>
/// <param name="Workers">How many workers it has.</param>
/// <param name="MaxWorkers">How many it can have.</param>
public sealed record NodeReport(int Workers, int MaxWorkers)
{
    /// <summary>Gets what it has in all; none when it does not tell.</summary>
    public NodeResources? Total { get; init; }

    /// <summary>Gets what its workers have reserved of it.</summary>
    public NodeResources Reserved { get; init; } = NodeResources.None;

    /// <summary>Gets its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

/// <summary>So much of a node.</summary>
/// <param name="Cpus">Processors.</param>
/// <param name="MemoryBytes">Memory, in bytes.</param>
/// <param name="Gpus">GPUs.</param>
public sealed record NodeResources(double Cpus, long MemoryBytes, int Gpus)
{
    /// <summary>Gets nothing.</summary>
    public static NodeResources None { get; } = new(0, 0, 0);

    /// <summary>Adds.</summary>
    /// <param name="one">The one.</param>
    /// <param name="other">The other.</param>
    /// <returns>Both together.</returns>
    public static NodeResources operator +(NodeResources one, NodeResources other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return new(one.Cpus + other.Cpus, one.MemoryBytes + other.MemoryBytes, one.Gpus + other.Gpus);
    }

    /// <inheritdoc cref="op_Addition"/>
    public static NodeResources Add(NodeResources one, NodeResources other) => one + other;
}

/// <summary>What managers have placed on a node since its last sign of life, which does not tell of it yet.</summary>
/// <param name="Workers">How many workers.</param>
/// <param name="Resources">What these need.</param>
public sealed record NodeClaims(int Workers, NodeResources Resources)
{
    /// <summary>Gets no claims.</summary>
    public static NodeClaims None { get; } = new(0, NodeResources.None);

    /// <summary>Gets how the server keeps them, to tell whether they are still what was seen.</summary>
    internal string Stored { get; init; } = "";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(NodeReport))]
[JsonSerializable(typeof(NodeClaims))]
internal sealed partial class NodeJson : JsonSerializerContext;
