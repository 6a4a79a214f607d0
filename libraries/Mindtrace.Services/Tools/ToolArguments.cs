using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Mindtrace.Services;

/// <summary>Makes the body of a request of the arguments of a tool call.</summary>
/// <remarks>Arguments are the members of the body. All of them inside the single argument <c>payload</c> will do as well.</remarks>
internal static class ToolArguments
{
    private const string Wrapper = "payload";

    public static byte[] ToJson(IDictionary<string, JsonElement>? arguments, JsonTypeInfo request)
    {
        if (arguments is { Count: 1 } && arguments.TryGetValue(Wrapper, out var wrapped)
            && wrapped.ValueKind == JsonValueKind.Object && !IsWholeRequest(request))
        {
            return JsonMarshal.GetRawUtf8Value(wrapped).ToArray();
        }

        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in arguments ?? new Dictionary<string, JsonElement>())
            {
                writer.WritePropertyName(name);

                // As it came: whether its text is sound is for the reader of the request to say.
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }

    /// <summary>Whether a request may consist of a member of that name and nothing else: then it is no wrapper.</summary>
    private static bool IsWholeRequest(JsonTypeInfo request) =>
        request.Properties.Any(property => property.Name == Wrapper)
        && request.Properties.All(property => property.Name == Wrapper || !RequestDiagnosis.IsRequired(property));
}
