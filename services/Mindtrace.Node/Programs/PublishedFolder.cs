using System.Text.Json;

namespace Mindtrace.Node.Programs;

/// <summary>Finds the program in a folder that <c>dotnet publish</c> wrote.</summary>
internal static class PublishedFolder
{
    private const string RuntimeConfig = ".runtimeconfig.json";
    private const int MaxFilesListed = 20;

    /// <summary>Finds the only program in a folder.</summary>
    /// <exception cref="ProgramException">There is none, or more than one.</exception>
    public static LaunchableProgram FindProgram(string folder)
    {
        string[] configs =
        [
            .. Directory.EnumerateFiles(folder, "*" + RuntimeConfig, SearchOption.AllDirectories)
                .Where(config => File.Exists(AssemblyOf(config))).Order(StringComparer.Ordinal),
        ];
        return configs switch
        {
            [var only] => OfRuntimeConfig(only),
            [] => throw new ProgramException(
                "There is no program: no *.dll with a *.runtimeconfig.json beside it. "
                + "Publish an executable project, or name the program as 'executable'."),
            _ => throw new ProgramException(
                "Name one as 'executable', since there are several programs: "
                + string.Join(", ", configs.Select(config => Path.GetRelativePath(folder, AssemblyOf(config)))) + "."),
        };
    }

    /// <summary>Finds the program that a project of this name was published to; else the only one there.</summary>
    /// <exception cref="ProgramException">There is none, or more than one.</exception>
    public static LaunchableProgram FindProgramOf(string project, string folder)
    {
        var config = Path.Combine(folder, Path.GetFileNameWithoutExtension(project) + RuntimeConfig);
        return File.Exists(config) && File.Exists(AssemblyOf(config)) ? OfRuntimeConfig(config) : FindProgram(folder);
    }

    /// <summary>Takes a file for the program: an assembly, or anything that the system runs by itself.</summary>
    /// <exception cref="ProgramException">There is no such file.</exception>
    public static LaunchableProgram OfFile(string folder, string executable)
    {
        var path = Path.Combine(folder, executable);
        if (!File.Exists(path))
        {
            var files = Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal).Take(MaxFilesListed);
            throw new ProgramException($"The package has no file '{executable}'. It has: {string.Join(", ", files)}.");
        }

        if (path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
        {
            return LaunchableProgram.OfAssembly(path, Path.GetDirectoryName(path));
        }

        // Zips that were made on Windows do not say what is executable.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute);
        }

        return new LaunchableProgram(path, [], Path.GetDirectoryName(path));
    }

    private static string AssemblyOf(string config) => config[..^RuntimeConfig.Length] + ".dll";

    private static LaunchableProgram OfRuntimeConfig(string config)
    {
        if (!IsSelfContained(config))
        {
            return LaunchableProgram.OfAssembly(AssemblyOf(config), Path.GetDirectoryName(config));
        }

        var host = config[..^RuntimeConfig.Length] + (OperatingSystem.IsWindows() ? ".exe" : "");
        return OfFile(Path.GetDirectoryName(host)!, Path.GetFileName(host));
    }

    /// <summary>Tells whether a program brings its own runtime, which <c>dotnet</c> refuses to run.</summary>
    private static bool IsSelfContained(string config)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(config), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            return json.RootElement.TryGetProperty("runtimeOptions", out var options) && options.TryGetProperty("includedFrameworks", out _);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new ProgramException($"{Path.GetFileName(config)} cannot be read: {fault.Message}", fault);
        }
    }
}
