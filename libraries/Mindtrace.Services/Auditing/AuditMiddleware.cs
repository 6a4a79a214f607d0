using Microsoft.AspNetCore.Http;

namespace Mindtrace.Services;

/// <summary>Has calls of audited operations recorded, those that are refused for want of a key or a role included.</summary>
/// <remarks>They are recorded before the first byte of the answer leaves: who was told of a success finds it in the log.</remarks>
internal sealed class AuditMiddleware(RequestDelegate next, AuditLog log)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Operation>() is { IsAudited: true } operation)
        {
            var call = new AuditedCall(operation, log, context);
            context.Features.Set(call);
            context.Response.OnStarting(static call => ((AuditedCall)call).RecordAsync(), call);
        }

        return next(context);
    }
}
