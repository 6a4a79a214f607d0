using Microsoft.Extensions.Options;
using Mindtrace.Cluster;
using Mindtrace.Registry;

namespace Mindtrace.Manager.Workers;

/// <summary>Takes packages of worker types into the registry. What nodes would refuse to extract is not stored.</summary>
internal sealed partial class WorkerPackages(PackageStore packages, IOptions<WorkerTypeOptions> options, ILogger<WorkerPackages> logger)
{
    public long MaxBytes => options.Value.MaxPackageBytes;

    public async Task<UploadWorkerPackageResponse> SaveAsync(Stream upload, CancellationToken cancellationToken)
    {
        var limits = new WorkerPackageLimits(options.Value.MaxUnpackedBytes);
        long bytes = 0;
        var digest = await packages.SaveAsync(upload, MaxBytes, InspectAsync, cancellationToken);
        LogStored(digest, bytes);
        return new UploadWorkerPackageResponse(digest.ToString(), bytes);

        Task InspectAsync(Stream package, CancellationToken token)
        {
            bytes = package.Length;
            return WorkerPackage.CheckAsync(package, limits, token);
        }
    }

    /// <summary>Opens a package, once it is verified.</summary>
    /// <exception cref="WorkerPackageNotFoundException">There is no such package.</exception>
    public async Task<Stream> OpenAsync(PackageDigest digest, CancellationToken cancellationToken) =>
        await packages.OpenAsync(digest, cancellationToken) ?? throw new WorkerPackageNotFoundException(digest.ToString());

    /// <exception cref="WorkerPackageNotFoundException">There is no such package.</exception>
    public async Task RequireAsync(string package, CancellationToken cancellationToken)
    {
        if (!await packages.ExistsAsync(PackageDigest.Parse(package), cancellationToken))
        {
            throw new WorkerPackageNotFoundException(package);
        }
    }

    [LoggerMessage(LogLevel.Information, "Package {Package} of {Bytes} bytes stored")]
    private partial void LogStored(PackageDigest package, long bytes);
}
