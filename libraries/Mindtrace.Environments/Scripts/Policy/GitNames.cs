using System.Text.RegularExpressions;

namespace Mindtrace.Environments.Scripts;

/// <summary>What a job may call a branch or commit, a folder of a repository, and a variable.</summary>
internal static partial class GitNames
{
    /// <summary>Tells whether a name is the whole id of a commit.</summary>
    public static bool IsFullId(string? name) => name is not null && FullId().IsMatch(name);

    /// <exception cref="ScriptRefusedException">The name is none.</exception>
    public static void CheckRevision(string field, string? name)
    {
        if (name is not null && (!Revision().IsMatch(name) || name.Contains("..", StringComparison.Ordinal) || name.Contains("@{", StringComparison.Ordinal)))
        {
            throw new ScriptRefusedException(
                field, "The name must be up to 200 letters, digits and the characters . _ / + @ # -, must not begin with '-' and must not hold '..'.");
        }
    }

    /// <exception cref="ScriptRefusedException">The path is none, or one that a program could take for an option.</exception>
    public static void CheckPath(string field, string? path)
    {
        if (path is { Length: > 0 }
            && (path.Length > 512 || path[0] == '-' || Path.IsPathRooted(path) || path.Any(char.IsControl) || path.Split('/', '\\').Contains("..")))
        {
            throw new ScriptRefusedException(field, "The path must be a relative one, must not begin with '-' and must not hold '..'.");
        }
    }

    /// <exception cref="ScriptRefusedException">A name is none.</exception>
    public static void CheckVariables(string field, IReadOnlyDictionary<string, string> variables)
    {
        if (variables.FirstOrDefault(variable => !Variable().IsMatch(variable.Key) || variable.Value.Contains('\0', StringComparison.Ordinal)) is { Key: { } name })
        {
            throw new ScriptRefusedException(field, $"'{name}' is no name of a variable, or its value holds a zero: names are letters, digits and _, and do not begin with a digit.");
        }
    }

    [GeneratedRegex(@"\A[0-9a-f]{40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex FullId();

    [GeneratedRegex(@"\A[\p{L}\p{N}_][\p{L}\p{N}._/+@#-]{0,199}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Revision();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();
}
