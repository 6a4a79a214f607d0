using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Registry;

namespace Mindtrace.Node.Programs;

/// <summary>Gets programs from packages: downloads, verifies and extracts each once.</summary>
internal sealed class PackagePrograms(ProgramCatalog catalog, ProgramCache cache, IOptions<ProgramOptions> options)
{
    /// <exception cref="ProgramException">There is no such package, it cannot be had, or no program is in it.</exception>
    /// <exception cref="RegistryIntegrityException">It is not what was uploaded.</exception>
    /// <exception cref="WorkerPackageException">The package is not fit for extraction.</exception>
    public async Task<LaunchableProgram> GetAsync(PackageDigest digest, string? executable, CancellationToken cancellationToken)
    {
        var folder = await cache.GetAsync(Path.Combine("packages", digest.ToString()), FillAsync, cancellationToken);
        return executable is null ? PublishedFolder.FindProgram(folder) : PublishedFolder.OfFile(folder, executable);

        async Task FillAsync(string empty, CancellationToken token)
        {
            // Nothing is extracted before its hash was verified.
            await using var package = await catalog.OpenPackageAsync(digest, token)
                ?? throw new ProgramException($"The registry has no package '{digest}'. Upload it again, by upload_worker_package.");
            await WorkerPackage.ExtractAsync(package, empty, new WorkerPackageLimits(options.Value.MaxUnpackedPackageBytes), token);
        }
    }
}
