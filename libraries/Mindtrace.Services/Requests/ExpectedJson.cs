using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Mindtrace.Services;

/// <summary>Says which JSON a type expects, in the words of someone who does not know the type.</summary>
internal static class ExpectedJson
{
    public static string Describe(JsonElement found, JsonTypeInfo json)
    {
        var (expectation, kind) = Expectation(json);
        return found.ValueKind == kind ? expectation : $"{expectation}, not {Name(found.ValueKind)}";
    }

    private static (string Expectation, JsonValueKind Kind) Expectation(JsonTypeInfo json)
    {
        var type = json.Type;
        return json.Kind switch
        {
            JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => ("must be an object", JsonValueKind.Object),
            JsonTypeInfoKind.Enumerable => ("must be an array", JsonValueKind.Array),
            _ when type == typeof(string) => ("must be a string", JsonValueKind.String),
            _ when type == typeof(bool) => ("must be true or false", JsonValueKind.True),
            _ when type == typeof(Guid) => ("must be a UUID", JsonValueKind.String),
            _ when type == typeof(Uri) => ("must be a URL", JsonValueKind.String),
            _ when type == typeof(DateTimeOffset) || type == typeof(DateTime) =>
                ("must be an ISO 8601 date and time", JsonValueKind.String),
            _ when type == typeof(TimeSpan) => ("must be a duration like 00:01:30", JsonValueKind.String),
            _ when type == typeof(byte[]) => ("must be a base64 string", JsonValueKind.String),
            _ when WholeNumbers(type) is { } range => ($"must be a whole number {range}", JsonValueKind.Number),
            _ when type.IsPrimitive || type == typeof(decimal) => ("must be a number", JsonValueKind.Number),
            _ => ("is not valid here", JsonValueKind.Undefined),
        };
    }

    private static string? WholeNumbers(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => Range(byte.MinValue, byte.MaxValue),
        TypeCode.Int16 => Range(short.MinValue, short.MaxValue),
        TypeCode.Int32 => Range(int.MinValue, int.MaxValue),
        TypeCode.Int64 => Range(long.MinValue, long.MaxValue),
        TypeCode.UInt16 => Range(ushort.MinValue, ushort.MaxValue),
        TypeCode.UInt32 => Range(uint.MinValue, uint.MaxValue),
        TypeCode.UInt64 => Range(ulong.MinValue, ulong.MaxValue),
        _ => null,
    };

    private static string Range<T>(T lowest, T highest)
        where T : IFormattable =>
        string.Create(CultureInfo.InvariantCulture, $"from {lowest} to {highest}");

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };
}
