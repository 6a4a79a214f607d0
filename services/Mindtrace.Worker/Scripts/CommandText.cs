using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mindtrace.Worker.Scripts;

/// <summary>A command as it stands in a job: in JSON a string, which is a line for a shell, or a list of strings, which no shell reads.</summary>
/// <param name="Line">The line.</param>
/// <param name="Arguments">The program, then its arguments.</param>
[JsonConverter(typeof(JsonForm))]
internal sealed record CommandText(string? Line, IReadOnlyList<string>? Arguments)
{
    private sealed class JsonForm : JsonConverter<CommandText>
    {
        public override CommandText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.String => new CommandText(reader.GetString(), Arguments: null),
            JsonTokenType.StartArray => new CommandText(Line: null, JsonSerializer.Deserialize<string[]>(ref reader, options)),
            _ => throw new JsonException("A command is a string, or a list of strings."),
        };

        public override void Write(Utf8JsonWriter writer, CommandText value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Line ?? (object?)value.Arguments, options);
    }
}
