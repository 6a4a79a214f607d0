namespace Mindtrace.Environments;

/// <summary>Reads remote repositories.</summary>
/// <remarks>
/// libgit2 knows no timeout: a server that falls silent would hold its thread for ever. So each call runs in a child process, which is
/// killed when the time is over or the call is cancelled. The child has a <see cref="CleanEnvironment"/>, and never asks for credentials.
/// </remarks>
/// <param name="time">The clock of the timeouts.</param>
public sealed class GitClient(TimeProvider time)
{
    /// <summary>Looks up the commit that a name stands for.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="name">A branch or tag; <see langword="null"/> for the repository's default branch.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellationToken">Kills the child.</param>
    /// <returns>The commit's id, 40 hexadecimal digits.</returns>
    /// <exception cref="GitException">The repository cannot be read, or has no such name; the message lists those that it has.</exception>
    public Task<string> ResolveAsync(Uri repository, string? name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        string[] arguments = name is null ? [GitCommand.Resolve, repository.AbsoluteUri] : [GitCommand.Resolve, repository.AbsoluteUri, name];
        return RunAsync(repository, arguments, timeout, cancellationToken);
    }

    /// <summary>Clones a repository and checks out a commit.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="commit">The commit's id, abbreviated or not.</param>
    /// <param name="folder">The folder of the clone, which does not exist. After a failure it may be there in part.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellationToken">Kills the child.</param>
    /// <returns>A task that ends when the files are there.</returns>
    /// <exception cref="GitException">The repository cannot be read, or has no such commit.</exception>
    public Task CloneAsync(Uri repository, string commit, string folder, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return RunAsync(repository, [GitCommand.Clone, repository.AbsoluteUri, commit, folder], timeout, cancellationToken);
    }

    private async Task<string> RunAsync(Uri repository, string[] arguments, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var result = await ChildProcess.RunAsync(GitProcess.Describe(arguments), timeout, time, cancellationToken).ConfigureAwait(false);
            return result.ExitCode == 0
                ? result.Output.Trim()
                : throw new GitException($"{repository}: {result.Error.Trim()}");
        }
        catch (TimeoutException e)
        {
            throw new GitException($"{repository} was not read within {timeout}: it is too large, or its server does not answer.", e);
        }
    }
}
