using System.Reflection;
using System.Xml.Linq;

namespace Mindtrace.Architecture.Tests;

/// <summary>The projects of the repository and what each links, as their project files say.</summary>
internal static class ProjectGraph
{
    /// <summary>Gets the folder of the repository.</summary>
    public static string Root { get; } = typeof(ProjectGraph).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    /// <summary>Gets each project with its folder below the root and the names of the projects that it links.</summary>
    public static IReadOnlyDictionary<string, Project> Projects { get; } = Read();

    /// <summary>Gets the projects that a project links, through others too.</summary>
    public static IReadOnlySet<string> Closure(string project)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>(Projects[project].Links);
        while (open.TryPop(out var next))
        {
            if (seen.Add(next))
            {
                foreach (var link in Projects[next].Links)
                {
                    open.Push(link);
                }
            }
        }

        return seen;
    }

    private static Dictionary<string, Project> Read() => Directory
        .EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path), path =>
        {
            var xml = XDocument.Load(path);
            var links = xml.Descendants("ProjectReference")
                .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
                .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')));
            var packages = xml.Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!);
            return new Project(Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar)[0], [.. links], [.. packages]);
        });

    internal sealed record Project(string Area, IReadOnlyList<string> Links, IReadOnlyList<string> Packages);
}
