using System.Diagnostics;
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mindtrace.Services;

/// <summary>Writes who did what into the service's log, category <c>Mindtrace.Audit</c>, and into the <see cref="IAuditStore"/> if there is one.</summary>
internal sealed partial class AuditLog(ServiceIdentity service, TimeProvider time, ILoggerFactory loggers, IAuditStore? store = null)
{
    private const int MaxTargetLength = 256;

    private readonly ILogger _logger = loggers.CreateLogger("Mindtrace.Audit");

    public async Task RecordAsync(Operation operation, string? target, int status, ClaimsPrincipal caller, IPAddress? address)
    {
        // Beyond the limit of its key or address a call is not looked at, and not written about either.
        if (status == StatusCodes.Status429TooManyRequests)
        {
            return;
        }

        var entry = new AuditEntry(time.GetUtcNow(), service.ClassName, operation.Name, status)
        {
            Target = string.IsNullOrEmpty(target) ? null : PrintableText.Of(target, MaxTargetLength),
            Key = caller.Identity?.Name,
            Roles = RolesOf(caller),
            Address = address?.ToString(),
            TraceId = Activity.Current?.TraceId.ToHexString(),
        };
        if (status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
        {
            LogRefused(entry.Operation, entry.Target, entry.Key, entry.Address, entry.Status);
        }
        else
        {
            LogCall(entry.Operation, entry.Target, entry.Key, entry.Address, entry.Status);
        }

        try
        {
            await (store?.AppendAsync(entry, CancellationToken.None) ?? Task.CompletedTask);
        }
        catch (Exception fault)
        {
            // What was done is done: the answer must not say otherwise.
            LogNotKept(entry.Operation, fault);
        }
    }

    private static IReadOnlyList<Role> RolesOf(ClaimsPrincipal caller)
    {
        var held = caller.FindAll(ClaimTypes.Role).Select(claim => Enum.Parse<Role>(claim.Value)).ToList();
        return [.. held.Where(role => !held.Any(other => other != role && other.Included().Contains(role))).Order()];
    }

    [LoggerMessage(LogLevel.Information, "{Operation} of {Target} by {Key} from {Address} was answered {Status}")]
    private partial void LogCall(string operation, string? target, string? key, string? address, int status);

    [LoggerMessage(LogLevel.Warning, "{Operation} of {Target} by {Key} from {Address} was refused: {Status}")]
    private partial void LogRefused(string operation, string? target, string? key, string? address, int status);

    [LoggerMessage(LogLevel.Error, "A call of {Operation} is missing in the audit log of the store")]
    private partial void LogNotKept(string operation, Exception fault);
}
