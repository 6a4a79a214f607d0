using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Environments;
using Mindtrace.Services;

namespace Mindtrace.Node.Programs;

/// <summary>Gets programs from git repositories: clones and builds each commit once.</summary>
internal sealed partial class GitPrograms(
    GitClient git, ProjectBuild build, ProgramCache cache, OutboundAddresses addresses, IOptions<ProgramOptions> options, ILogger<GitPrograms> logger)
{
    /// <exception cref="GitException">The repository cannot be read, or has no such branch or commit.</exception>
    /// <exception cref="ProgramException">The folder or project is not there, or does not build.</exception>
    public async Task<LaunchableProgram> GetAsync(WorkerTypeDefinition definition, CancellationToken cancellationToken)
    {
        var repository = definition.GitRepoUrl!;
        if (repository.IsFile && !options.Value.AllowFileRepositories)
        {
            throw new ProgramException($"{repository} is a folder of this machine, and Node:AllowFileRepositories is off.");
        }

        if (!repository.IsFile)
        {
            await RequireAdmittedAsync(repository, cancellationToken);
        }

        var commit = definition.GitCommit is { } given && CommitId().IsMatch(given)
            ? given
            : await git.ResolveAsync(repository, definition.GitCommit ?? definition.GitBranch, options.Value.CloneTimeout, cancellationToken);
        var folder = await cache.GetAsync(Path.Combine("git", KeyOf(definition, commit)), FillAsync, cancellationToken);
        return PublishedFolder.FindProgramOf(await File.ReadAllTextAsync(ProjectFile(folder), cancellationToken), ProgramFolder(folder));

        async Task FillAsync(string empty, CancellationToken token)
        {
            LogBuilding(repository, commit);
            var source = Path.Combine(empty, "source");
            await git.CloneAsync(repository, commit, source, options.Value.CloneTimeout, token);
            var project = ProjectFinder.Find(source, definition.GitWorkingDir, definition.GitProject);
            await build.PublishAsync(project, ProgramFolder(empty), token);
            await File.WriteAllTextAsync(ProjectFile(empty), Path.GetFileName(project), token);
            ProgramCache.Delete(source);
        }
    }

    /// <remarks>Git looks the name up again: one that is changed in between passes here.</remarks>
    private async Task RequireAdmittedAsync(Uri repository, CancellationToken cancellationToken)
    {
        try
        {
            if (await addresses.FindDeniedAsync(repository.IdnHost, cancellationToken) is { } denied)
            {
                throw new ProgramException($"{repository} leads to {denied}, an address that services do not call.");
            }
        }
        catch (SocketException fault)
        {
            throw new ProgramException($"{repository}: {fault.Message}", fault);
        }
    }

    private static string ProgramFolder(string folder) => Path.Combine(folder, "program");

    /// <summary>Where the name of the project is kept that the program was built from.</summary>
    private static string ProjectFile(string folder) => Path.Combine(folder, "project");

    private static string KeyOf(WorkerTypeDefinition definition, string commit)
    {
        // A line break is in none of them.
        var source = string.Join('\n', definition.GitRepoUrl!.AbsoluteUri, commit, definition.GitWorkingDir, definition.GitProject);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)));
    }

    [GeneratedRegex(@"\A[0-9a-f]{7,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex CommitId();

    [LoggerMessage(LogLevel.Information, "Building {Repository} at {Commit}")]
    private partial void LogBuilding(Uri repository, string commit);
}
