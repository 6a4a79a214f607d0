using Microsoft.AspNetCore.Http;

namespace Mindtrace.Services;

/// <summary>A call that goes into the audit log, while it is being answered.</summary>
internal sealed class AuditedCall(Operation operation, AuditLog log, HttpContext context)
{
    /// <summary>Gets or sets what the call is about, once its request was read.</summary>
    public string? Target { get; set; }

    public Task RecordAsync() => RecordAsync(context.Response.StatusCode);

    public Task RecordAsync(int status) => log.RecordAsync(
        operation, Target, status, context.User, context.Connection.RemoteIpAddress);
}
