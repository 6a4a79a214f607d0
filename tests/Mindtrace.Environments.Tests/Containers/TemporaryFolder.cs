namespace Mindtrace.Environments.Tests.Containers;

/// <summary>A folder of one test, by its path without links.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mindtrace-containers-").FullName;

    public string Folder(string name) => Directory.CreateDirectory(System.IO.Path.Join(Path, name)).FullName;

    public string File(string name, string content = "")
    {
        var file = System.IO.Path.Join(Path, name);
        System.IO.File.WriteAllText(file, content);
        return file;
    }

    public string Link(string name, string target) => System.IO.File.CreateSymbolicLink(System.IO.Path.Join(Path, name), target).FullName;

    /// <summary>Lets every user of the machine write to a folder in this one.</summary>
    public void OpenToAll(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(Path, System.IO.File.GetUnixFileMode(Path) | UnixFileMode.OtherExecute);
            System.IO.File.SetUnixFileMode(folder, System.IO.File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute | UnixFileMode.OtherWrite);
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
