namespace Mindtrace.Environments.Tests;

/// <summary>A folder of one test, by its path without links.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mindtrace-test-");

    public string Path => _folder.FullName;

    public string this[string name] => System.IO.Path.Join(Path, name);

    public string Folder(string name) => Directory.CreateDirectory(this[name]).FullName;

    public string File(string name, string content = "")
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        System.IO.File.WriteAllText(this[name], content);
        return this[name];
    }

    /// <summary>Writes a program that a shell reads.</summary>
    public string Program(string name, string script)
    {
        var path = File(name, "#!/bin/sh\n" + script);
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }

    public string Link(string name, string target) => System.IO.File.CreateSymbolicLink(this[name], target).FullName;

    /// <summary>Lets every user of the machine write to a folder in this one.</summary>
    public void OpenToAll(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(Path, System.IO.File.GetUnixFileMode(Path) | UnixFileMode.OtherExecute);
            System.IO.File.SetUnixFileMode(folder, System.IO.File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute | UnixFileMode.OtherWrite);
        }
    }

    public void Dispose()
    {
        if (_folder.Exists)
        {
            _folder.Delete(recursive: true);
        }
    }
}
