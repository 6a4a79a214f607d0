using System.Security.Cryptography;
using System.Text;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments;

/// <summary>Keeps a mirror of each repository, so that the next run fetches only what is new, and makes checkouts from them.</summary>
/// <remarks>
/// Two locks stand beside each mirror. That of use is shared by all checkouts, which read its objects as long as they live; that of
/// change is held alone while something is fetched. A mirror is removed under both. They die with their holder.
/// </remarks>
internal sealed class GitMirrors(ScriptDirectoryOptions options, GitChildren git, TimeProvider time)
{
    private const string UseSuffix = ".use";
    private const string ChangeSuffix = ".change";
    private const string MirrorSuffix = ".git";

    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(50);

    private readonly string _root = Directory.CreateDirectory(options.MirrorsDirectory).FullName;

    /// <summary>Makes a checkout.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="commit">The id or name of a commit; it wins over the branch.</param>
    /// <param name="branch">A branch or tag; none for the default branch.</param>
    /// <param name="folder">The folder to check out into: an empty one, or none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="GitStepException">The repository or the commit cannot be had.</exception>
    public async Task<GitTree> CheckOutAsync(
        GitRepository repository, string? commit, string? branch, string folder, CancellationToken cancellationToken)
    {
        var mirror = Path.Combine(_root, KeyOf(repository) + MirrorSuffix);
        var use = await LockAsync(() => FileLock.TryShare(mirror + UseSuffix), cancellationToken).ConfigureAwait(false);
        try
        {
            // A full id can be there already. A name may stand for another commit since.
            var answer = GitNames.IsFullId(commit)
                ? await CheckOutAsync(mirror, commit!, folder, repository, cancellationToken).ConfigureAwait(false)
                : new GitAnswer { IsMissing = true };
            if (answer.IsMissing)
            {
                var fetched = await FetchAsync(repository, mirror, commit, branch, cancellationToken).ConfigureAwait(false);
                answer = await CheckOutAsync(mirror, fetched.Commit!, folder, repository, cancellationToken).ConfigureAwait(false);
                if (fetched.Fetched)
                {
                    Evict(mirror);
                }
            }

            File.SetLastWriteTimeUtc(mirror + UseSuffix, time.GetUtcNow().UtcDateTime);
            return new GitTree(folder, answer.Commit!, answer.Submodules, use);
        }
        catch
        {
            await use.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<GitAnswer> FetchAsync(GitRepository repository, string mirror, string? commit, string? branch, CancellationToken cancellationToken)
    {
        await using var change = await LockAsync(() => FileLock.TryTake(mirror + ChangeSuffix), cancellationToken).ConfigureAwait(false);
        return await AskAsync(
            new GitRequest(mirror) { Url = repository.Url.AbsoluteUri, Token = repository.Token, Commit = commit, Branch = branch }, cancellationToken)
            .ConfigureAwait(false);
    }

    private Task<GitAnswer> CheckOutAsync(string mirror, string commit, string folder, GitRepository repository, CancellationToken cancellationToken) =>
        AskAsync(new GitRequest(mirror) { Commit = commit, Folder = folder, Origin = repository.Url.AbsoluteUri }, cancellationToken);

    private async Task<GitAnswer> AskAsync(GitRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await git.AskAsync(request, cancellationToken).ConfigureAwait(false);
            return answer.Error is null ? answer : throw new GitStepException(answer.FailedStep!, answer.Error);
        }
        catch (GitException fault)
        {
            throw new GitStepException(request.Url is null ? GitStepException.Checkout : GitStepException.Clone, fault.Message);
        }
    }

    private async Task<FileStream> LockAsync(Func<FileStream?> tryTake, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (tryTake() is { } taken)
            {
                return taken;
            }

            await Task.Delay(LockInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes mirrors until the rest is within the quota: those used the longest ago first, none that is in use.</summary>
    private void Evict(string newest)
    {
        var mirrors = Directory.GetDirectories(_root, "*" + MirrorSuffix)
            .Select(path => (Path: path, Bytes: FolderSize.Measure(path), UsedAt: File.GetLastWriteTimeUtc(path + UseSuffix)))
            .OrderBy(mirror => mirror.UsedAt).ToList();
        var bytes = mirrors.Sum(mirror => mirror.Bytes);
        foreach (var mirror in mirrors.Where(mirror => mirror.Path != newest).TakeWhile(_ => bytes > options.MaxMirrorBytes))
        {
            bytes -= TryRemove(mirror.Path) ? mirror.Bytes : 0;
        }
    }

    private static bool TryRemove(string mirror)
    {
        using var use = FileLock.TryTake(mirror + UseSuffix);
        using var change = use is null ? null : FileLock.TryTake(mirror + ChangeSuffix);
        if (change is null)
        {
            return false;
        }

        // Renamed first, so that a death in between leaves no half of a mirror behind under its name.
        var removed = mirror + ".removed";
        if (Directory.Exists(mirror))
        {
            Directory.Move(mirror, removed);
        }

        if (Directory.Exists(removed))
        {
            Directory.Delete(removed, recursive: true);
        }

        return true;
    }

    private static string KeyOf(GitRepository repository) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(repository.Url.AbsoluteUri)));
}

/// <summary>A checkout. Its mirror stays until this is disposed.</summary>
internal sealed class GitTree(string folder, string commit, IReadOnlyList<GitSubmodule> submodules, FileStream use) : IDisposable
{
    public string Folder { get; } = folder;

    public string Commit { get; } = commit;

    public IReadOnlyList<GitSubmodule> Submodules { get; } = submodules;

    public void Dispose() => use.Dispose();
}
