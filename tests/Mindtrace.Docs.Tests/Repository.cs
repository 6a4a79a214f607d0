using System.Reflection;

namespace Mindtrace.Docs.Tests;

/// <summary>The files of the repository. Tests that compare a document with what it is made of write it anew when they are asked to.</summary>
internal static class Repository
{
    private const string UpdateVariable = "MINDTRACE_UPDATE_DOCS";

    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    /// <summary>Gets the documents: all Markdown files, but those that only tell what was.</summary>
    public static IReadOnlyList<string> Documents { get; } =
    [
        "README.md",
        .. new[] { "docs", "samples", "deploy" }.SelectMany(folder => FilesIn(folder, "*.md")).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("docs/decisions/", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    public static string PathOf(string file) => Path.Combine(Root, file);

    public static string Read(string file) => File.ReadAllText(PathOf(file)).ReplaceLineEndings("\n");

    /// <summary>Lists the C# files below a folder, without what builds make.</summary>
    public static IEnumerable<string> SourcesIn(string folder) => FilesIn(folder, "*.cs");

    /// <summary>Asserts that a document is what it should be; with <c>MINDTRACE_UPDATE_DOCS=true</c>, makes it so.</summary>
    public static void ShouldHold(string file, string expected)
    {
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "true")
        {
            File.WriteAllText(PathOf(file), expected);
        }

        Assert.True(Read(file) == expected, $"{file} is stale. Run {UpdateVariable}=true ./test.sh Docs, and look at what changed.");
    }

    private static IEnumerable<string> FilesIn(string folder, string pattern) => Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));
}
