using System.Buffers;
using System.Text.Json;

namespace Mindtrace.Jobs;

/// <summary>Changes some members of a JSON document, and leaves the others as they are.</summary>
/// <remarks>Source: RFC 7396, "JSON Merge Patch". A <c>null</c> in the patch removes a member; an array is replaced as a whole.</remarks>
public static class JsonMergePatch
{
    /// <summary>Applies a patch.</summary>
    /// <param name="target">The document.</param>
    /// <param name="patch">The patch.</param>
    /// <returns>The changed document.</returns>
    public static JsonElement Apply(JsonElement target, JsonElement patch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, target, patch);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            patch.WriteTo(writer);
            return;
        }

        var before = target.ValueKind == JsonValueKind.Object ? target : JobsJson.EmptyObject;
        writer.WriteStartObject();
        foreach (var member in before.EnumerateObject().Where(member => !patch.TryGetProperty(member.Name, out _)))
        {
            member.WriteTo(writer);
        }

        foreach (var change in patch.EnumerateObject().Where(change => change.Value.ValueKind != JsonValueKind.Null))
        {
            writer.WritePropertyName(change.Name);
            Write(writer, before.TryGetProperty(change.Name, out var value) ? value : JobsJson.EmptyObject, change.Value);
        }

        writer.WriteEndObject();
    }
}
