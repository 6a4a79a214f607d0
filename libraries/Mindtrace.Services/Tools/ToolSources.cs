using System.Security.Claims;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Mindtrace.Services;

/// <summary>Answers what concerns tools that are no operations.</summary>
internal sealed class ToolSources(IEnumerable<IToolSource> sources, IOptions<McpOptions> options)
{
    public async ValueTask<ListToolsResult> ListAsync(RequestContext<ListToolsRequestParams> request, CancellationToken cancellationToken)
    {
        var result = new ListToolsResult();
        foreach (var source in OfferedTo(request.User))
        {
            foreach (var tool in await source.ListAsync(cancellationToken))
            {
                result.Tools.Add(new Tool
                {
                    Name = tool.Name,
                    Description = tool.Description,
                    InputSchema = tool.InputSchema,
                    Annotations = new() { ReadOnlyHint = source.Role == Role.Viewer },
                });
            }
        }

        return result;
    }

    public async ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var arguments = JsonSerializer.SerializeToElement(request.Params.Arguments ?? new Dictionary<string, JsonElement>());
        try
        {
            foreach (var source in OfferedTo(request.User))
            {
                if (await source.CallAsync(request.Params.Name, arguments, request.User!, cancellationToken) is { } answer)
                {
                    return ToolResults.Answer(answer, isStructured: false);
                }
            }
        }
        catch (OperationException refused)
        {
            return ToolResults.Refusal(refused.ToProblem());
        }

        throw new McpProtocolException($"Unknown tool: '{request.Params.Name}'", McpErrorCode.InvalidParams);
    }

    private IEnumerable<IToolSource> OfferedTo(ClaimsPrincipal? user) =>
        sources.Where(source => options.Value.Names(source.Role) && user?.IsInRole(source.Role.ToString()) == true);
}
