using System.IO.Compression;
using Mindtrace.Services;

namespace Mindtrace.Docs.Tests.Readme;

/// <summary>The sample that documents push, as a package.</summary>
internal static class UppercasePackage
{
    public static MemoryStream Open()
    {
        var zip = new MemoryStream();
        ZipFile.CreateFromDirectory(Path.GetDirectoryName(ServiceProgram.Of("Mindtrace.Samples.Uppercase"))!, zip);
        zip.Position = 0;
        return zip;
    }
}
