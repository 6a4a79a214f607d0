using System.Text.RegularExpressions;

namespace Mindtrace.Cluster;

/// <summary>Paths that lead into a folder and never out of it, on any operating system, and that no program takes for an option.</summary>
internal static partial class RelativePath
{
    public const string Rule =
        "must be a relative path with '/' between folders, without '..', '\\' and ':', and must not begin with '-'";

    private const int MaxLength = 512;

    public static bool IsValid(string path) =>
        path is { Length: > 0 and <= MaxLength } && path[0] != '-' && path.Split('/').All(segment => Segment().IsMatch(segment));

    // A segment that ends with a dot or a space means another one on Windows; this rules out '.' and '..' as well.
    [GeneratedRegex(@"\A[^\\/:\p{Cc}]*[^\\/:\p{Cc}. ]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Segment();
}
