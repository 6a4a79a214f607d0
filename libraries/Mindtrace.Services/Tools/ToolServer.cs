using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace Mindtrace.Services;

/// <summary>The MCP server of a service. Its tools are the operations that <see cref="McpOptions"/> admits, and those of each <see cref="IToolSource"/>.</summary>
internal static class ToolServer
{
    public static void AddTools(this IServiceCollection services, string className)
    {
        services.AddOptions<McpOptions>()
            .BindConfiguration(McpOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(new McpServerPrimitiveCollection<McpServerTool>());

        // The filters hold a caller to the roles of each tool; the key itself is asked for by the endpoint.
        services.AddMcpServer().WithHttpTransport()
            .WithMessageFilters(filters => filters.AddIncomingFilter(RefusedToolCalls.Record))
            .AddAuthorizationFilters();
        services.AddSingleton<ToolSources>();
        services.AddOptions<McpServerOptions>().Configure<McpServerPrimitiveCollection<McpServerTool>, ToolSources>((server, tools, sources) =>
        {
            server.ServerInfo = new()
            {
                Name = className,
                Version = typeof(ToolServer).Assembly.GetName().Version!.ToString(fieldCount: 3),
            };
            server.ToolCollection = tools;
            server.Handlers.ListToolsHandler = sources.ListAsync;
            server.Handlers.CallToolHandler = sources.CallAsync;
        });
    }

    public static void MapTools(this WebApplication app)
    {
        var path = app.Services.GetRequiredService<IOptions<McpOptions>>().Value.Path.TrimEnd('/');
        if (app.Services.GetRequiredService<OperationCatalog>().Operations.Any(operation => path == "/" + operation.Name))
        {
            throw new InvalidOperationException(
                $"{McpOptions.SectionName}:{nameof(McpOptions.Path)} is '{path}', which is the path of an operation. Choose another.");
        }

        app.MapMcp(path).ExcludeFromDescription();
    }
}
