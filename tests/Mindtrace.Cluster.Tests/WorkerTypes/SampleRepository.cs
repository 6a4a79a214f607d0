using LibGit2Sharp;

namespace Mindtrace.Cluster.Tests.WorkerTypes;

/// <summary>A git repository of a test, with the sample worker in it, on disk and served as a file URL.</summary>
internal sealed class SampleRepository : IDisposable
{
    private static readonly Identity Author = new("test", "test@example.com");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mindtrace-test-repository-");
    private readonly Repository _repository;

    public SampleRepository()
    {
        Repository.Init(_folder.FullName);
        _repository = new Repository(_folder.FullName);
        _repository.Refs.UpdateTarget("HEAD", "refs/heads/main");
    }

    public Uri Url => new(new Uri(_folder.FullName).AbsoluteUri);

    /// <summary>Commits the sample worker as a project. Its libraries are those that it was built with, so nothing is downloaded.</summary>
    public string CommitSampleWorker(string folder, string project)
    {
        var references = string.Concat(Directory.EnumerateFiles(SampleProgram.Folder, "Mindtrace.*.dll")
            .Where(path => Path.GetFileName(path) != SampleProgram.Assembly)
            .Select(path => $"""<Reference Include="{path}" />"""));
        Write($"{folder}/{project}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup>{references}</ItemGroup>
            </Project>
            """);
        foreach (var source in Directory.EnumerateFiles(SampleProgram.Source, "*.cs"))
        {
            Write($"{folder}/{Path.GetFileName(source)}", File.ReadAllText(source));
        }

        return Commit();
    }

    /// <summary>Commits a file.</summary>
    public string Commit(string path, string text)
    {
        Write(path, text);
        return Commit();
    }

    /// <summary>Commits a link to a path.</summary>
    public string CommitLink(string path, string target)
    {
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, path), target);
        return Commit();
    }

    /// <summary>Commits that a folder is gone.</summary>
    public string CommitWithout(string folder)
    {
        Directory.Delete(Path.Combine(_folder.FullName, folder), recursive: true);
        return Commit();
    }

    public void CreateBranch(string name) => _repository.CreateBranch(name);

    public void CreateTag(string name) => _repository.ApplyTag(name, Signature(), "A tag with a message is an object of its own.");

    public void Dispose()
    {
        _repository.Dispose();
        if (Directory.Exists(_folder.FullName))
        {
            _folder.Delete(recursive: true);
        }
    }

    private static Signature Signature() => new(Author, TimeProvider.System.GetUtcNow());

    private string Commit()
    {
        Commands.Stage(_repository, "*");
        return _repository.Commit("A commit", Signature(), Signature()).Sha;
    }

    private void Write(string path, string text)
    {
        var file = new FileInfo(Path.Combine(_folder.FullName, path));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
    }
}
