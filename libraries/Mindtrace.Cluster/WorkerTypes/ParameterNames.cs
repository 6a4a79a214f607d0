using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mindtrace.Cluster;

/// <summary>Names of parameters: they become names of settings and of environment variables, so their alphabet is small.</summary>
internal static partial class ParameterNames
{
    /// <summary>Looks for a bad name in a parameter and in all that it holds.</summary>
    /// <returns>What is wrong, with the path of the name; <see langword="null"/> when all is well.</returns>
    public static string? FindFault(string path, JsonElement value)
    {
        var name = path[(path.LastIndexOf(':') + 1)..];
        if (!Name().IsMatch(name) || name.Contains("__", StringComparison.Ordinal))
        {
            return $"'{path}' is no parameter name: use letters, digits, '_', '.' and '-', without '__', beginning with a letter";
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject()
                .Select(member => FindFault($"{path}:{member.Name}", member.Value)).FirstOrDefault(fault => fault is not null),
            JsonValueKind.Array => value.EnumerateArray()
                .Select(item => FindFault(path, item)).FirstOrDefault(fault => fault is not null),
            _ => null,
        };
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_.-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
