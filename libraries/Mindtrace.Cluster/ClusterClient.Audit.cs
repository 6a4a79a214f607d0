namespace Mindtrace.Cluster;

/// <content>The audit log.</content>
public sealed partial class ClusterClient
{
    /// <summary>Lists a page of the audit log, the newest entries first.</summary>
    /// <param name="request">Which entries.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The page, and where the next one begins.</returns>
    public Task<ListAuditResponse> ListAuditAsync(ListAuditRequest request, CancellationToken cancellationToken = default) =>
        service.CallAsync(AuditOperations.ListAudit, request, cancellationToken);
}
