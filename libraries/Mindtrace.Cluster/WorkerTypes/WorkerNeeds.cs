using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Mindtrace.Cluster;

/// <summary>What a worker is to have of its node. It is set aside for it, and it is not launched where it is not to be had.</summary>
/// <remarks>GPUs are handed out one by one. Processors and memory are counted, not enforced.</remarks>
public sealed record WorkerNeeds
{
    /// <summary>Gets how many processors it needs.</summary>
    /// <value>0 to 4096, also a part of one. The default is 0.</value>
    [Range(0d, 4096d)]
    public double Cpus { get; init; }

    /// <summary>Gets how much memory it needs.</summary>
    /// <value>0 bytes to 64 TiB. The default is 0.</value>
    [Range(0, 1L << 46)]
    public long MemoryBytes { get; init; }

    /// <summary>Gets how many GPUs it needs, for itself alone.</summary>
    /// <value>0 to 1024. The default is 0.</value>
    [Range(0, 1024)]
    public int Gpus { get; init; }

    /// <summary>Gets the labels that its node must have, with these values.</summary>
    /// <value>Up to 64. The default is none.</value>
    [MaxLength(64)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
