using System.Reflection;

namespace Mindtrace.TestServers;

/// <summary>
/// What releases wrote and said: a folder for each in <c>tests/recordings</c>, for the releases after it to read. A release records its own
/// with <c>MINDTRACE_RECORD_RELEASE</c>, which has its version.
/// </summary>
public static class RecordedReleases
{
    private const string Variable = "MINDTRACE_RECORD_RELEASE";

    private static string Root => Path.Combine(
        Assembly.GetEntryAssembly()!.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "RepositoryRoot").Value!,
        "tests",
        "recordings");

    /// <summary>Gets the versions that were recorded.</summary>
    public static IEnumerable<string> Versions => Directory.GetDirectories(Root).Select(folder => Path.GetFileName(folder)!);

    /// <summary>Names a file of a recording.</summary>
    /// <param name="version">The release.</param>
    /// <param name="file">The file.</param>
    /// <returns>Its path.</returns>
    public static string FileOf(string version, string file) => Path.Combine(Root, version, file);

    /// <summary>Names a file to record to: in the folder of the release that is being recorded, else a temporary one.</summary>
    /// <param name="file">The file.</param>
    /// <returns>Its path; its folder exists.</returns>
    public static string NewFile(string file) => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } version
        ? Path.Combine(Directory.CreateDirectory(Path.Combine(Root, version)).FullName, file)
        : Path.Combine(Directory.CreateTempSubdirectory("mindtrace-test-recording-").FullName, file);
}
