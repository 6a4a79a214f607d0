namespace Mindtrace.Benchmarks;

/// <summary>A folder that is removed in the end with all that is in it.</summary>
internal sealed class TemporaryFolder(string prefix) : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory(prefix);

    public string Path => _folder.FullName;

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
