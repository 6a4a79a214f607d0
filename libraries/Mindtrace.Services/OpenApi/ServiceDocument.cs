using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
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
        services.AddSingleton<AnswerExamples>();
        services.AddOpenApi(options =>
        {
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info.Title = className;
                RequireKey(document);
                return Task.CompletedTask;
            });
            options.AddOperationTransformer((operation, context, _) =>
            {
                Exemplify(operation, context.Description, context.ApplicationServices.GetRequiredService<AnswerExamples>());
                return Task.CompletedTask;
            });
            options.AddSchemaTransformer((schema, context, _) =>
            {
                Complete(schema, context.JsonTypeInfo);
                return Task.CompletedTask;
            });
        });
    }

    private static void Exemplify(OpenApiOperation entry, ApiDescription description, AnswerExamples answers)
    {
        if (description.ActionDescriptor.EndpointMetadata.OfType<Operation>().FirstOrDefault() is not { } operation)
        {
            return;
        }

        Exemplify(entry.RequestBody?.Content?.Values, operation.ExampleJson);
        Exemplify(entry.Responses?.GetValueOrDefault("200")?.Content?.Values, answers.Of(operation));
    }

    private static void Exemplify(IEnumerable<OpenApiMediaType>? contents, JsonNode? example)
    {
        foreach (var content in example is null ? [] : contents ?? [])
        {
            content.Example = example!.DeepClone();
        }
    }

    private static void Complete(OpenApiSchema schema, JsonTypeInfo json)
    {
        if (ConvertedJson.Describe(json) is { } converted)
        {
            schema.Type = Enum.Parse<JsonSchemaType>(converted.Type, ignoreCase: true);
            schema.Enum = converted.Values?.Select(value => (JsonNode)value).ToList();
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
