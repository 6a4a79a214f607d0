using System.Diagnostics;
using System.IO.Compression;

namespace Mindtrace.Cli.Workers;

/// <summary>A zip of a published project, in a file that is gone when this is disposed.</summary>
internal sealed class ProjectPackage : IDisposable
{
    private readonly string _path;

    private ProjectPackage(string path, string executable, IReadOnlyList<string> classes) => (_path, Executable, Classes) = (path, executable, classes);

    /// <summary>Gets the program in the package.</summary>
    public string Executable { get; }

    /// <summary>Gets the names of its worker classes; empty when they cannot be told.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Gets its size in bytes.</summary>
    public long Length => new FileInfo(_path).Length;

    /// <summary>Publishes a project and zips it.</summary>
    /// <exception cref="UsageException">There is no project, or it cannot be published.</exception>
    public static async Task<ProjectPackage> PublishAsync(FileSystemInfo project, CancellationToken cancellationToken)
    {
        var isProject = project is DirectoryInfo { Exists: true } folderOfProject ? folderOfProject.EnumerateFiles("*.*proj").Any() : project.Exists;
        if (!isProject)
        {
            throw new UsageException($"There is no project at {project.FullName}. Name a project's file or its folder: --project.");
        }

        var folder = Directory.CreateTempSubdirectory("mindtrace-push-");
        try
        {
            var published = Path.Combine(folder.FullName, "published");
            using var dotnet = Process.Start(new ProcessStartInfo("dotnet", ["publish", project.FullName, "--output", published, "--nologo", "-v", "quiet"])
            {
                RedirectStandardOutput = true,
            })!;
            var output = dotnet.StandardOutput.ReadToEndAsync(cancellationToken);
            await dotnet.WaitForExitAsync(cancellationToken);
            if (dotnet.ExitCode != 0)
            {
                throw new UsageException($"{project.FullName} could not be published:\n{await output}");
            }

            var programs = Directory.GetFiles(published, "*.runtimeconfig.json");
            if (programs is not [var program])
            {
                throw new UsageException($"{project.FullName} makes {programs.Length} programs; name a project that makes one.");
            }

            var zip = Path.GetTempFileName();
            await using (var file = File.Create(zip))
            {
                await ZipFile.CreateFromDirectoryAsync(published, file, cancellationToken);
            }

            var executable = Path.GetFileName(program).Replace(".runtimeconfig.json", ".dll", StringComparison.Ordinal);
            return new ProjectPackage(zip, executable, WorkerClasses.FindIn(published));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public FileStream OpenRead() => File.OpenRead(_path);

    public void Dispose() => File.Delete(_path);
}
