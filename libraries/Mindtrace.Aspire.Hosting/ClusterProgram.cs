using System.Reflection;

namespace Mindtrace.Hosting;

/// <summary>One of the executables that a cluster is made of: a project of the repository that this library was built in.</summary>
internal sealed class ClusterProgram : IProjectMetadata
{
    private ClusterProgram(string project) => ProjectPath = Path.Combine(ServicesDirectory, project, $"{project}.csproj");

    public static ClusterProgram EmbeddedRedis { get; } = new("Mindtrace.EmbeddedRedis");

    public static ClusterProgram Manager { get; } = new("Mindtrace.Manager");

    public static ClusterProgram Node { get; } = new("Mindtrace.Node");

    /// <summary>Gets the program of the built-in workers.</summary>
    public static ClusterProgram Worker { get; } = new("Mindtrace.Worker");

    public string ProjectPath { get; }

    /// <summary>Gets a value indicating whether it is built already: it is, along with this library.</summary>
    public bool SuppressBuild => true;

    private static string ServicesDirectory => typeof(ClusterProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == nameof(ServicesDirectory)).Value!;
}
