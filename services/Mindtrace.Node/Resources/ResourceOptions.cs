using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Node.Resources;

/// <summary>What a node offers to workers, where it is not to be all that the machine has. Bound from <c>Node</c>.</summary>
internal sealed class ResourceOptions
{
    public const string SectionName = "Node";

    /// <summary>Gets or sets how many processors it offers.</summary>
    /// <value>0 to 4096. The default is those of the machine.</value>
    [Range(0d, 4096d)]
    public double? Cpus { get; set; }

    /// <summary>Gets or sets how much memory it offers.</summary>
    /// <value>0 bytes to 64 TiB. The default is that of the machine, or of the container.</value>
    [Range(0, 1L << 46)]
    public long? MemoryBytes { get; set; }

    /// <summary>Gets or sets the program that lists the GPUs, which are offered one by one.</summary>
    /// <value>A name or a path; one that is not there means no GPUs. The default is <c>nvidia-smi</c>.</value>
    [Required]
    public string NvidiaSmi { get; set; } = "nvidia-smi";

    /// <summary>Gets the labels by which worker types choose the node, besides <c>os</c> and <c>arch</c>.</summary>
    /// <value>Names and values. The default is none.</value>
    public IDictionary<string, string> Labels { get; } = new Dictionary<string, string>();
}
