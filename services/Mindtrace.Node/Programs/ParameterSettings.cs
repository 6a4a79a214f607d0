using System.Text.Json;

namespace Mindtrace.Node.Programs;

/// <summary>Turns a parameter into settings: members and items become keys below its own, and null is no setting at all.</summary>
internal static class ParameterSettings
{
    public static IEnumerable<(string Key, string Value)> Flatten(string key, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Flatten($"{key}:{member.Name}", member.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany((item, index) => Flatten($"{key}:{index}", item)),
        JsonValueKind.String => [(key, value.GetString()!)],
        JsonValueKind.Null or JsonValueKind.Undefined => [],
        _ => [(key, value.GetRawText())],
    };
}
