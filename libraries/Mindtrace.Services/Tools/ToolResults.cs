using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace Mindtrace.Services;

/// <summary>What tools answer.</summary>
internal static class ToolResults
{
    public static CallToolResult Answer(JsonElement response, bool isStructured) => new()
    {
        Content = [new TextContentBlock { Text = response.GetRawText() }],
        StructuredContent = isStructured ? response : null,
    };

    public static CallToolResult Refusal(Problem problem) => new()
    {
        IsError = true,
        Content = [new TextContentBlock { Text = Encoding.UTF8.GetString(problem.ToJson()) }],
    };
}
