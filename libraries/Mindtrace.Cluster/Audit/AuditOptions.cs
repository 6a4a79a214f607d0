using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Cluster;

/// <summary>How much of the audit log is kept in the job store. Bound from <c>Audit</c>.</summary>
internal sealed class AuditOptions
{
    public const string SectionName = "Audit";

    /// <summary>Gets or sets how many calls are kept, and how many refused ones beside them. An entry takes some 400 bytes.</summary>
    /// <value>100 to 10,000,000. The default is 50,000.</value>
    [Range(100, 10_000_000)]
    public int MaxEntries { get; set; } = 50_000;
}
