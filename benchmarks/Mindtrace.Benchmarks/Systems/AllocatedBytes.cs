using System.Globalization;
using Mindtrace.Services;

namespace Mindtrace.Benchmarks;

/// <summary>What services under test allocate, as told by the <see cref="StartupHook"/> in each of them.</summary>
internal static class AllocatedBytes
{
    public const string FolderVariable = "MINDTRACE_BENCHMARK_ALLOCATED";

    /// <summary>Has a service tell, in a file of a folder.</summary>
    public static void Tell(IDictionary<string, string?> settings, string folder)
    {
        settings["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        settings[FolderVariable] = folder;
    }

    /// <summary>Reads how many bytes a service has allocated since its start.</summary>
    public static long Read(string folder, ServiceProcess service) => BitConverter.ToInt64(File.ReadAllBytes(FileOf(folder, service.ProcessId)));

    public static string FileOf(string folder, int process) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{process}.allocated"));
}
