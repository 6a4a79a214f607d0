using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Mindtrace.Services;

/// <summary>Records tool calls that a role forbids. What refuses them comes later, and lets no tool hear of them.</summary>
internal static class RefusedToolCalls
{
    public static McpMessageHandler Record(McpMessageHandler next) => async (message, cancellationToken) =>
    {
        if (message.JsonRpcMessage is JsonRpcRequest { Method: RequestMethods.ToolsCall, Params: JsonObject parameters }
            && parameters["name"] is JsonValue value && value.TryGetValue<string>(out var name))
        {
            await RecordAsync(name, message.Services!);
        }

        await next(message, cancellationToken);
    };

    private static async Task RecordAsync(string name, IServiceProvider services)
    {
        var context = services.GetRequiredService<IHttpContextAccessor>().HttpContext!;
        if (services.GetRequiredService<McpServerPrimitiveCollection<McpServerTool>>().TryGetPrimitive(name, out var tool)
            && tool is IOperationTool { Operation: { IsAudited: true } operation }
            && !LocalOperations.May(operation, context.User))
        {
            await new AuditedCall(operation, services.GetRequiredService<AuditLog>(), context).RecordAsync(StatusCodes.Status403Forbidden);
        }
    }
}

/// <summary>A tool that is an operation.</summary>
internal interface IOperationTool
{
    Operation Operation { get; }
}
