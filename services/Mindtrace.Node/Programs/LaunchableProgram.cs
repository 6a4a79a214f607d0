using System.Diagnostics;

namespace Mindtrace.Node.Programs;

/// <summary>A program that is there and can be started.</summary>
/// <param name="FileName">What is run.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="ContentRoot">The folder of its own settings; none when it has them from elsewhere.</param>
internal sealed record LaunchableProgram(string FileName, IReadOnlyList<string> Arguments, string? ContentRoot = null)
{
    /// <summary>Makes the program of an assembly.</summary>
    public static LaunchableProgram OfAssembly(string path, string? contentRoot = null) => new("dotnet", [path], contentRoot);

    public ProcessStartInfo ToStartInfo()
    {
        var start = new ProcessStartInfo(FileName, Arguments);
        if (ContentRoot is not null)
        {
            start.Environment["DOTNET_CONTENTROOT"] = ContentRoot;
        }

        return start;
    }
}
