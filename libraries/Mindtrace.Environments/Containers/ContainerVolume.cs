using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mindtrace.Environments.Containers;

/// <summary>Where a directory or file of the host is seen in a container. In JSON, a string stands for a place to be written to.</summary>
/// <param name="Bind">The absolute path in the container.</param>
/// <param name="Mode"><c>rw</c> or <c>ro</c>.</param>
[JsonConverter(typeof(JsonForm))]
public sealed record ContainerVolume(string Bind, string Mode = "rw")
{
    private sealed class JsonForm : JsonConverter<ContainerVolume>
    {
        private const string BindName = "bind";
        private const string ModeName = "mode";

        public override ContainerVolume Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement switch
            {
                { ValueKind: JsonValueKind.String } place => new ContainerVolume(place.GetString()!),
                { ValueKind: JsonValueKind.Object } volume when TextOf(volume, BindName) is { } bind =>
                    new ContainerVolume(bind, TextOf(volume, ModeName) ?? "rw"),
                _ => throw new JsonException("""A volume is a path in the container, or {"bind": path, "mode": "rw" or "ro"}."""),
            };
        }

        public override void Write(Utf8JsonWriter writer, ContainerVolume value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString(BindName, value.Bind);
            writer.WriteString(ModeName, value.Mode);
            writer.WriteEndObject();
        }

        private static string? TextOf(JsonElement volume, string name) =>
            volume.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
