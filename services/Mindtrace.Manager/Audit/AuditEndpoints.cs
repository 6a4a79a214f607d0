using Mindtrace.Cluster;
using Mindtrace.Services;

namespace Mindtrace.Manager.Audit;

/// <summary>Shows the audit log.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this OperationGroup operations) =>
        operations.Map(AuditOperations.ListAudit, (ListAuditRequest request, ClusterAuditLog log, CancellationToken cancellationToken) =>
            log.ListAsync(request, cancellationToken));
}
