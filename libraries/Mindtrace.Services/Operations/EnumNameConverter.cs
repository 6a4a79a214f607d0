using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mindtrace.Services;

/// <summary>Writes enum values as snake_case names and reads exactly these.</summary>
/// <remarks>
/// The platform's converter also reads other cases, surrounding blanks and lists ("failed, error"), which make values that
/// no member has. A member can be spelled otherwise by <see cref="JsonStringEnumMemberNameAttribute"/>.
/// </remarks>
internal sealed class EnumNameConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(EnumNameConverter<>).MakeGenericType(typeToConvert))!;

    /// <summary>Returns the names of an enum on the wire, in order of declaration.</summary>
    public static IEnumerable<string> Names(Type type) => Members(type).Select(WireName);

    internal static IEnumerable<FieldInfo> Members(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static);

    internal static string WireName(FieldInfo member) =>
        member.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
        ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name);
}

internal sealed class EnumNameConverter<TEnum> : JsonConverter<TEnum>
    where TEnum : struct, Enum
{
    private readonly Dictionary<string, TEnum> _values = EnumNameConverter.Members(typeof(TEnum))
        .ToDictionary(EnumNameConverter.WireName, member => (TEnum)member.GetValue(null)!);

    private readonly Dictionary<TEnum, JsonEncodedText> _names = [];

    public EnumNameConverter()
    {
        foreach (var (name, value) in _values)
        {
            // Of two members with one value the first declared gives the name.
            _names.TryAdd(value, JsonEncodedText.Encode(name));
        }
    }

    public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && _values.TryGetValue(reader.GetString()!, out var value)
            ? value
            : throw new JsonException("must be one of " + string.Join(", ", _values.Keys));

    public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) =>
        writer.WriteStringValue(_names[value]);

    public override TEnum ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        _values.TryGetValue(reader.GetString()!, out var value)
            ? value
            : throw new JsonException("must have names out of " + string.Join(", ", _values.Keys));

    public override void WriteAsPropertyName(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) =>
        writer.WritePropertyName(_names[value]);
}
