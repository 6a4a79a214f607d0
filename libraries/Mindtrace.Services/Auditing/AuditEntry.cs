namespace Mindtrace.Services;

/// <summary>A call of an operation that changes something, as the audit log keeps it.</summary>
/// <param name="At">When it was answered, by the clock of the service.</param>
/// <param name="Service">The kind of service, such as <c>ClusterManager</c>.</param>
/// <param name="Operation">The name of the operation.</param>
/// <param name="Status">The HTTP status of the answer; of a call as a tool, what it would have been.</param>
public sealed record AuditEntry(DateTimeOffset At, string Service, string Operation, int Status)
{
    /// <summary>Gets what the call was about, such as a job id; null when it was about nothing in particular, or was refused unread.</summary>
    public string? Target { get; init; }

    /// <summary>Gets the name of the caller's key; null for a caller without a valid one.</summary>
    public string? Key { get; init; }

    /// <summary>Gets the roles of the key, without those that others of it include.</summary>
    public IReadOnlyList<Role> Roles { get; init; } = [];

    /// <summary>Gets the address that the call came from, which may be that of a proxy.</summary>
    public string? Address { get; init; }

    /// <summary>Gets the id of the trace of the call.</summary>
    public string? TraceId { get; init; }
}
