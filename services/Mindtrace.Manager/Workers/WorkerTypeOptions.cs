using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Manager.Workers;

/// <summary>What packages of worker types may be uploaded. Bound from <c>WorkerTypes</c>.</summary>
internal sealed class WorkerTypeOptions
{
    public const string SectionName = "WorkerTypes";

    /// <summary>Gets or sets the most bytes that a package may have.</summary>
    /// <value>1 KiB to 1 TiB. The default is 512 MiB.</value>
    [Range(1L << 10, 1L << 40)]
    public long MaxPackageBytes { get; set; } = 512L << 20;

    /// <summary>Gets or sets the most bytes that the files of a package may have together once extracted.</summary>
    /// <value>1 KiB to 1 TiB. The default is 2 GiB.</value>
    [Range(1L << 10, 1L << 40)]
    public long MaxUnpackedBytes { get; set; } = 2L << 30;
}
