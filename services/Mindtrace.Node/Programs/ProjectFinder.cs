namespace Mindtrace.Node.Programs;

/// <summary>Finds the project to build in the clone of a repository.</summary>
internal static class ProjectFinder
{
    private const int MaxCandidatesListed = 20;

    /// <param name="clone">The clone's root.</param>
    /// <param name="workingDir">The folder in it that holds the project; the root if there is none.</param>
    /// <param name="project">A project file, or a folder with one, below the working directory; if there is none, the only project there.</param>
    /// <returns>The path of the project file.</returns>
    /// <exception cref="ProgramException">A part of it is not there, or it is not clear which project is meant.</exception>
    public static string Find(string clone, string? workingDir, string? project)
    {
        var folder = Descend(clone, workingDir);
        if (!Directory.Exists(folder))
        {
            throw new ProgramException($"git_working_dir: the repository has no folder '{workingDir}' at this commit.");
        }

        var named = Descend(folder, project);
        if (File.Exists(named))
        {
            return named;
        }

        if (!Directory.Exists(named))
        {
            throw new ProgramException($"git_project: there is no project '{project}' in {workingDir ?? "the repository"} at this commit.");
        }

        return ProjectsIn(named, SearchOption.TopDirectoryOnly) is [var nearest]
            ? nearest
            : ProjectsIn(named, SearchOption.AllDirectories) switch
            {
                [var only] => only,
                [] => throw new ProgramException(
                    $"There is no project in {project ?? workingDir ?? "the repository"}: no *.csproj, *.fsproj or *.vbproj."),
                var several => throw new ProgramException(
                    "git_project is needed, since there are several projects: "
                    + string.Join(", ", several.Take(MaxCandidatesListed).Select(found => Path.GetRelativePath(folder, found))) + "."),
            };
    }

    private static string[] ProjectsIn(string folder, SearchOption depth) =>
    [
        .. Directory.EnumerateFiles(folder, "*.*proj", depth)
            .Where(path => Path.GetExtension(path) is ".csproj" or ".fsproj" or ".vbproj").Order(StringComparer.Ordinal),
    ];

    /// <summary>Walks down a path, and refuses links: they may lead out of the clone.</summary>
    private static string Descend(string folder, string? path)
    {
        foreach (var segment in path?.Split('/') ?? [])
        {
            folder = Path.Combine(folder, segment);
            if (new FileInfo(folder).LinkTarget is not null)
            {
                throw new ProgramException($"'{path}' leads over a link in the repository, which is not followed.");
            }
        }

        return folder;
    }
}
