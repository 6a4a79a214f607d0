using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mindtrace.Services;

/// <summary>Stands for "nothing": the request of an operation that takes no input, the response of one that has no output.</summary>
/// <remarks>As a request the body is ignored and may be absent. As a response it is the JSON literal <c>null</c>.</remarks>
[JsonConverter(typeof(UnitConverter))]
public readonly record struct Unit;

internal sealed class UnitConverter : JsonConverter<Unit>
{
    public override Unit Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        reader.Skip();
        return default;
    }

    public override void Write(Utf8JsonWriter writer, Unit value, JsonSerializerOptions options) => writer.WriteNullValue();
}
