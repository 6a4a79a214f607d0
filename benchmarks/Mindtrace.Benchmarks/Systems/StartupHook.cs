using System.IO.MemoryMappedFiles;
using Mindtrace.Benchmarks;

/// <summary>Runs in the services under test before their own code, and writes down what they have allocated so far.</summary>
/// <remarks>Source: docs/design/features/host-startup-hook.md of dotnet/runtime, which sets the name and that there is no namespace.</remarks>
#pragma warning disable CA1050
internal static class StartupHook
#pragma warning restore CA1050
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(AllocatedBytes.FolderVariable) is { } folder)
        {
            _ = TellAsync(AllocatedBytes.FileOf(folder, Environment.ProcessId));
        }
    }

    private static async Task TellAsync(string path)
    {
        using var file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, mapName: null, sizeof(long));
        using var view = file.CreateViewAccessor();
        using var timer = new PeriodicTimer(Interval);
        do
        {
            view.Write(0, GC.GetTotalAllocatedBytes());
        }
        while (await timer.WaitForNextTickAsync());
    }
}
