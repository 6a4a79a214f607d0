using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Mindtrace.Services;

/// <summary>
/// Examples of answers, made from the examples of requests: what stands in those under a name or for a type stands in answers as well, so that
/// all examples of a service tell of the same things.
/// </summary>
/// <remarks>What may be null and has no value there is null; what has to be there is the plainest value of its type.</remarks>
internal sealed class AnswerExamples
{
    private const int MaxDepth = 8;

    private readonly Dictionary<(string Name, Type Type), JsonNode> _byName = [];
    private readonly Dictionary<Type, JsonNode> _byType = [];

    public AnswerExamples(OperationCatalog catalog)
    {
        foreach (var operation in catalog.Operations)
        {
            Learn(operation.Json.GetTypeInfo(operation.RequestType), operation.ExampleJson);
        }
    }

    /// <summary>Makes the example of an operation's answer.</summary>
    /// <returns>The example; <see langword="null"/> for an operation without output.</returns>
    public JsonNode? Of(Operation operation) =>
        operation.ResponseType == typeof(Unit) ? null : Make(operation.Json.GetTypeInfo(operation.ResponseType), name: null, MaxDepth);

    private void Learn(JsonTypeInfo json, JsonNode? example)
    {
        switch (json.Kind, example)
        {
            case (JsonTypeInfoKind.Object, JsonObject members):
                foreach (var property in json.Properties)
                {
                    if (members[property.Name] is { } value)
                    {
                        var member = json.Options.GetTypeInfo(Bare(property.PropertyType));
                        _byName.TryAdd((property.Name, member.Type), value);
                        Learn(member, value);
                    }
                }

                break;
            case (JsonTypeInfoKind.Enumerable, JsonArray items):
                foreach (var item in items)
                {
                    Learn(json.Options.GetTypeInfo(Bare(json.ElementType!)), item);
                }

                break;
            case (JsonTypeInfoKind.None, { } value) when HasMeaning(json.Type):
                _byType.TryAdd(json.Type, value);
                break;
        }
    }

    private JsonNode? Make(JsonTypeInfo json, string? name, int depth)
    {
        if ((name is not null && _byName.TryGetValue((name, json.Type), out var known)) || _byType.TryGetValue(json.Type, out known))
        {
            return known.DeepClone();
        }

        return (json.Kind, depth) switch
        {
            (_, 0) => null,
            (JsonTypeInfoKind.Object, _) => new JsonObject(json.Properties.Where(property => property.Get is not null).Select(property =>
                KeyValuePair.Create(property.Name, MakeMember(json.Options, property, depth - 1)))),
            (JsonTypeInfoKind.Enumerable, _) => new JsonArray(Make(json.Options.GetTypeInfo(Bare(json.ElementType!)), name: null, depth - 1)),
            (JsonTypeInfoKind.Dictionary, _) => new JsonObject(),
            _ => Plain(json),
        };
    }

    private JsonNode? MakeMember(JsonSerializerOptions options, JsonPropertyInfo property, int depth)
    {
        var type = Bare(property.PropertyType);
        var mayBeNull = property.IsGetNullable || type != property.PropertyType;
        return mayBeNull && !_byName.ContainsKey((property.Name, type)) && !_byType.ContainsKey(type)
            ? null
            : Make(options.GetTypeInfo(type), property.Name, depth);
    }

    private static JsonNode? Plain(JsonTypeInfo json)
    {
        if (ConvertedJson.Describe(json)?.Values is [var first, ..])
        {
            return first;
        }

        return json.Type == typeof(string) ? "text"
            : json.Type == typeof(JsonElement) ? new JsonObject()
            : json.Type.IsValueType ? JsonSerializer.SerializeToNode(Activator.CreateInstance(json.Type), json)
            : null;
    }

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    /// <summary>Tells whether a type says what its values are about, as an id does and a number does not.</summary>
    private static bool HasMeaning(Type type) => !type.IsPrimitive && type != typeof(string) && type != typeof(JsonElement) && type != typeof(TimeSpan);
}
