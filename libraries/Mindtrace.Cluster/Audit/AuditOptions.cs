using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Cluster;

/// <summary>Whether calls are kept in the audit log of the job store, and how many. Bound from <c>Audit</c>.</summary>
internal sealed class AuditOptions
{
    public const string SectionName = "Audit";

    /// <summary>Gets or sets how many calls are kept, and how many refused ones beside them. An entry takes some 400 bytes.</summary>
    /// <value>100 to 10,000,000. The default is 50,000.</value>
    [Range(100, 10_000_000)]
    public int MaxEntries { get; set; } = 50_000;

    /// <summary>Gets or sets a value indicating whether calls are kept in the job store, beside the service's own log.</summary>
    /// <value>On by default. Nodes set it off for workers whose user at Redis cannot reach the audit log.</value>
    public bool InStore { get; set; } = true;
}
