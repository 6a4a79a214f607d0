using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Mindtrace.Services;

/// <summary>The JSON schemas of an operation's request and response, taken from the contracts that read and write them.</summary>
internal static class ToolSchema
{
    private static readonly JsonSchemaExporterOptions Options = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) => Complete(context.TypeInfo, schema),
    };

    /// <summary>Describes the arguments of a tool, which are an object whatever the request is.</summary>
    public static JsonElement OfInput(JsonTypeInfo request) =>
        OfObject(request) ?? JsonElement.Parse("""{"type":"object","properties":{}}""");

    /// <summary>Describes the structured answer of a tool, or returns null when the response is no object.</summary>
    public static JsonElement? OfOutput(JsonTypeInfo response) => OfObject(response);

    private static JsonElement? OfObject(JsonTypeInfo json)
    {
        var schema = json.GetJsonSchemaAsNode(Options);
        return schema is JsonObject && schema["type"] is JsonValue type && type.GetValueKind() == JsonValueKind.String
            && type.GetValue<string>() == "object"
                ? JsonSerializer.SerializeToElement(schema)
                : null;
    }

    private static JsonNode Complete(JsonTypeInfo json, JsonNode schema)
    {
        var underlying = Nullable.GetUnderlyingType(json.Type);
        if (ConvertedJson.Describe(underlying is null ? json : json.Options.GetTypeInfo(underlying)) is not { } converted)
        {
            return schema;
        }

        JsonNode?[] types = underlying is null ? [converted.Type] : [converted.Type, "null"];
        var completed = new JsonObject { ["type"] = types.Length == 1 ? types[0] : new JsonArray(types) };
        if (converted.Values is { } values)
        {
            completed["enum"] = new JsonArray([.. values.Select(value => (JsonNode?)value), .. underlying is null ? [] : new JsonNode?[] { null }]);
        }

        if (schema is JsonObject original && original.TryGetPropertyValue("default", out var value))
        {
            completed["default"] = value?.DeepClone();
        }

        return completed;
    }
}
