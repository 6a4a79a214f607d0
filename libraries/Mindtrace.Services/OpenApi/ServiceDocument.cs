using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Mindtrace.Services;

/// <summary>The OpenAPI document of a service: what endpoint metadata cannot say about it.</summary>
internal static class ServiceDocument
{
    public static void AddServiceDocument(this IServiceCollection services, string className)
    {
        // The document takes its schemas from these options, so they follow the same rules as the wire.
        services.ConfigureHttpJsonOptions(options => ServiceJson.Apply(options.SerializerOptions));
        services.AddOpenApi(options =>
        {
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info.Title = className;
                RequireKey(document);
                return Task.CompletedTask;
            });
            options.AddSchemaTransformer((schema, context, _) =>
            {
                Complete(schema, context.JsonTypeInfo.Type);
                return Task.CompletedTask;
            });
        });
    }

    /// <summary>Says what the types with a converter of ours look like; of such types the platform knows nothing.</summary>
    private static void Complete(OpenApiSchema schema, Type type)
    {
        if (type == typeof(Unit))
        {
            schema.Type = JsonSchemaType.Null;
        }
        else if (type.IsEnum)
        {
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. EnumNameConverter.Names(type).Select(name => (JsonNode)name)];
        }
    }

    private static void RequireKey(OpenApiDocument document)
    {
        document.Components ??= new();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[ApiKeyAuthenticationHandler.SchemeName] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "The cluster's API key.",
        };
        var reference = new OpenApiSecuritySchemeReference(ApiKeyAuthenticationHandler.SchemeName, document);
        document.Security = [new() { [reference] = [] }];
    }
}
