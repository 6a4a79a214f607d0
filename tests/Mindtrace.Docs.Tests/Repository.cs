using System.Reflection;

namespace Mindtrace.Docs.Tests;

/// <summary>The files of the repository. Tests that compare a document with what it is made of write it anew when they are asked to.</summary>
internal static class Repository
{
    private const string UpdateVariable = "MINDTRACE_UPDATE_DOCS";

    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    public static string PathOf(string file) => Path.Combine(Root, file);

    public static string Read(string file) => File.ReadAllText(PathOf(file)).ReplaceLineEndings("\n");

    /// <summary>Asserts that a document is what it should be; with <c>MINDTRACE_UPDATE_DOCS=true</c>, makes it so.</summary>
    public static void ShouldHold(string file, string expected)
    {
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "true")
        {
            File.WriteAllText(PathOf(file), expected);
        }

        Assert.True(Read(file) == expected, $"{file} is stale. Run {UpdateVariable}=true ./test.sh Docs, and look at what changed.");
    }
}
