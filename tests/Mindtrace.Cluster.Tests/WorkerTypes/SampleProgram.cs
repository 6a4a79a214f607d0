using System.IO.Compression;
using System.Reflection;
using Mindtrace.Services;

namespace Mindtrace.Cluster.Tests.WorkerTypes;

/// <summary>The worker of someone else's that tests launch: as a program, as a package, as source.</summary>
internal static class SampleProgram
{
    public const string Assembly = "Mindtrace.Samples.Uppercase.dll";

    private static readonly ILookup<string, string> Metadata = typeof(SampleProgram).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().ToLookup(attribute => attribute.Key, attribute => attribute.Value!);

    /// <summary>Gets the folder that it was built to.</summary>
    public static string Folder => Path.GetDirectoryName(ServiceProgram.Of("Mindtrace.Samples.Uppercase", typeof(SampleProgram).Assembly))!;

    /// <summary>Gets the folder of its source.</summary>
    public static string Source => Path.Combine(Metadata["RepositoryRoot"].Single(), "samples", "Mindtrace.Samples.Uppercase");

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
