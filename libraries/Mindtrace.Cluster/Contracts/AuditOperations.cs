using System.ComponentModel.DataAnnotations;
using Mindtrace.Services;

namespace Mindtrace.Cluster;

/// <summary>How the audit log is read.</summary>
public static class AuditOperations
{
    /// <summary>Lists who did what.</summary>
    public static readonly Operation<ListAuditRequest, ListAuditResponse> ListAudit = new("list_audit", Role.Admin)
    {
        Example = new() { Key = Examples.Key.Value, Operation = "cancel_job" },
        Description = "Lists page by page, the newest first, who changed what: each call but those that submit jobs, which the jobs themselves "
            + "name, and reports of nodes and workers. Refused calls are among them.",
    };
}

/// <summary>Asks for a page of the audit log. Without any bound all of it is meant.</summary>
public sealed record ListAuditRequest
{
    /// <summary>Gets the name of the key that called. The default is any, and none.</summary>
    [PlainText(257)]
    public string? Key { get; init; }

    /// <summary>Gets the operation that was called, such as <c>cancel_job</c>. The default is any.</summary>
    [PlainText(257)]
    public string? Operation { get; init; }

    /// <summary>Gets what the call was about, such as a job id. The default is anything.</summary>
    [PlainText(257)]
    public string? Target { get; init; }

    /// <summary>Gets how many entries to list at most.</summary>
    /// <value>1 to 1000. The default is 100.</value>
    [Range(1, 1000)]
    public int Limit { get; init; } = 100;

    /// <summary>Gets where to go on: <c>next_cursor</c> of the page before. The default is the beginning.</summary>
    public string? Cursor { get; init; }
}

/// <summary>A page of the audit log. One with few entries, or none, is the last only if it has no cursor.</summary>
/// <param name="Entries">The entries, the newest first.</param>
/// <param name="NextCursor">Where the next page begins; none when this was the last.</param>
public sealed record ListAuditResponse(IReadOnlyList<AuditEntry> Entries, string? NextCursor);
