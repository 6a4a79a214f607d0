using System.Reflection;

namespace Mindtrace.Services;

/// <summary>Finds the programs of services that were built along with this application.</summary>
/// <remarks>
/// A project of this repository names them as items, <c>&lt;LaunchedProject Include="…/Mindtrace.Manager.csproj" /&gt;</c>:
/// they are built first, nothing of them is linked, and their paths become metadata of the assembly.
/// </remarks>
public static class ServiceProgram
{
    private const string Prefix = "LaunchedProgram:";

    /// <summary>Finds the program of a project.</summary>
    /// <param name="project">The project's name, such as <c>Mindtrace.Manager</c>.</param>
    /// <param name="assembly">The assembly whose project names it. The default is the application's own.</param>
    /// <returns>The path of its assembly, for <see cref="ServiceLaunch.Program"/>.</returns>
    /// <exception cref="ArgumentException">The assembly's project names no such project.</exception>
    public static string Of(string project, Assembly? assembly = null) =>
        (assembly ?? Assembly.GetEntryAssembly())?.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(attribute => attribute.Key == Prefix + project)?.Value
        ?? throw new ArgumentException($"'{project}' is no LaunchedProject of the application.", nameof(project));
}
