using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Mindtrace.Services;

/// <summary>Says what the JSON of types with a converter of their own looks like; of such types the platform's schemas say nothing.</summary>
/// <param name="Type">The type in JSON Schema: <c>string</c>, <c>null</c> and so on.</param>
/// <param name="Values">All values that it takes, or null when they are not limited.</param>
internal sealed record ConvertedJson(string Type, IReadOnlyList<string>? Values = null)
{
    /// <summary>Describes a type, or returns null for one that the platform knows, or that only its converter knows.</summary>
    public static ConvertedJson? Describe(JsonTypeInfo json)
    {
        if (json.Type.IsEnum)
        {
            return new("string", [.. EnumNameConverter.Names(json.Type)]);
        }

        if (json.Kind != JsonTypeInfoKind.None || !json.Type.IsValueType || json.Converter.GetType().Assembly == typeof(JsonSerializer).Assembly)
        {
            return null;
        }

        // A converter tells nobody what it writes. A value type has a value to see it by.
        return JsonSerializer.SerializeToElement(Activator.CreateInstance(json.Type), json).ValueKind switch
        {
            JsonValueKind.String => new("string"),
            JsonValueKind.Number => new("number"),
            JsonValueKind.Null => new("null"),
            _ => null,
        };
    }
}
