using Mindtrace.Cluster;
using Mindtrace.Registry;
using Mindtrace.Services;

namespace Mindtrace.Node.Programs;

/// <summary>What the registry has to launch. The manager tells: a node has no access to the registry itself.</summary>
internal sealed class ProgramCatalog(ClusterClient manager)
{
    private const string NoPackage = ProblemTypes.Prefix + "worker-package-not-found";

    /// <summary>Looks up what is launched for a worker type.</summary>
    /// <returns>What is launched; <see langword="null"/> when there is no such worker type.</returns>
    /// <exception cref="ProgramException">The manager cannot tell; the message says why.</exception>
    public Task<WorkerTypeDefinition?> FindAsync(WorkerTypeName name, CancellationToken cancellationToken) =>
        AskAsync(() => manager.FindWorkerTypeAsync(name, cancellationToken));

    /// <summary>Downloads a package and checks it.</summary>
    /// <returns>The package, once all of it is verified; <see langword="null"/> when there is none.</returns>
    /// <exception cref="ProgramException">It cannot be had; the message says why.</exception>
    /// <exception cref="RegistryIntegrityException">What came is another one.</exception>
    public Task<Stream?> OpenPackageAsync(PackageDigest digest, CancellationToken cancellationToken) =>
        PackageStore.OpenAsync(digest, file => AskAsync(() => DownloadAsync(digest, file, cancellationToken)), cancellationToken);

    private async Task<bool> DownloadAsync(PackageDigest digest, Stream file, CancellationToken cancellationToken)
    {
        try
        {
            await manager.DownloadWorkerPackageAsync(digest.ToString(), file, cancellationToken);
            return true;
        }
        catch (OperationException fault) when (fault.ProblemType == NoPackage)
        {
            return false;
        }
    }

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (OperationException fault)
        {
            throw new ProgramException(fault.Detail ?? fault.Message, fault);
        }
        catch (ServiceUnreachableException fault)
        {
            throw new ProgramException(fault.Message, fault);
        }
    }
}
