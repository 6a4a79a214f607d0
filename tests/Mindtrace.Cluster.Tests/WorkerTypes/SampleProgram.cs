using System.IO.Compression;
using System.Reflection;

namespace Mindtrace.Cluster.Tests.WorkerTypes;

/// <summary>The worker of someone else's that tests launch: as a program, as a package, as source.</summary>
internal static class SampleProgram
{
    public const string Assembly = "Mindtrace.SampleWorker.dll";

    private static readonly ILookup<string, string> Metadata = typeof(SampleProgram).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().ToLookup(attribute => attribute.Key, attribute => attribute.Value!);

    /// <summary>Gets the folder that it was built to.</summary>
    public static string Folder => Path.GetDirectoryName(Metadata["SampleWorkerProgram"].Single())!;

    /// <summary>Gets the folder of its source.</summary>
    public static string Source => Path.Combine(Metadata["RepositoryRoot"].Single(), "tests", "Mindtrace.SampleWorker");

    /// <summary>Zips the program.</summary>
    public static async Task<MemoryStream> PackAsync()
    {
        var package = new MemoryStream();
        await ZipFile.CreateFromDirectoryAsync(
            Folder, package, CompressionLevel.Fastest, includeBaseDirectory: false, TestContext.Current.CancellationToken);
        package.Position = 0;
        return package;
    }
}
