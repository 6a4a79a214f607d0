using System.Diagnostics;

namespace Mindtrace.Node.Programs;

/// <summary>A program that is there and can be started.</summary>
/// <param name="FileName">What is run.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="ContentRoot">The folder of its own settings; none when it has them from elsewhere.</param>
internal sealed record LaunchableProgram(string FileName, IReadOnlyList<string> Arguments, string? ContentRoot = null)
{
    private const string StockWorkerVerb = "stock-worker";

    /// <summary>Gets the program of the built-in workers: the node's own, told to be one of them.</summary>
    public static LaunchableProgram StockWorker
    {
        get
        {
            // One file has no assembly beside it.
            var assembly = Path.Combine(AppContext.BaseDirectory, $"{typeof(LaunchableProgram).Assembly.GetName().Name}.dll");
            return File.Exists(assembly) ? new("dotnet", [assembly, StockWorkerVerb]) : new(Environment.ProcessPath!, [StockWorkerVerb]);
        }
    }

    /// <summary>Tells whether the node's program is started as a worker.</summary>
    public static bool IsStockWorker(string[] args) => args is [StockWorkerVerb, ..];

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
