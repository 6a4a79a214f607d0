using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Mindtrace.Cluster;
using Mindtrace.Manager.Routing;
using Mindtrace.Registry;
using Mindtrace.Services;

namespace Mindtrace.Manager.Workers;

/// <summary>Registers worker types, and takes their packages.</summary>
internal static class WorkerTypeEndpoints
{
    private static readonly string[] PackageMediaTypes = [WorkerTypeOperations.PackageMediaType, "application/octet-stream"];

    public static void AddWorkerTypes(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<WorkerTypeOptions>().BindConfiguration(WorkerTypeOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<WorkerTypeStore>();
        services.AddSingleton<WorkerPackages>();
        services.AddSingleton<WorkerTypeCatalog>();
        services.AddProblem<WorkerPackageException>(
            StatusCodes.Status422UnprocessableEntity, "unfit-worker-package", "The package is not fit for extraction.", e => e.Message);
        services.AddProblem<WorkerPackageNotFoundException>(
            StatusCodes.Status404NotFound, "worker-package-not-found", "There is no such package.", e => e.Message);
        services.AddProblem<PackageTooLargeException>(e => Problem.ForStatus(StatusCodes.Status413PayloadTooLarge) with { Detail = e.Message });
    }

    public static void MapWorkerTypes(this OperationGroup operations)
    {
        operations.Map(WorkerTypeOperations.RegisterWorkerType, (RegisterWorkerTypeRequest request, JobRouter router, CancellationToken cancellationToken) =>
            router.RegisterWorkerTypeAsync(request, cancellationToken));
        operations.Map(WorkerTypeOperations.ListWorkerTypes, (WorkerTypeCatalog types, CancellationToken cancellationToken) => types.ListAsync(cancellationToken));
        operations.Map(WorkerTypeOperations.FindWorkerType, async (WorkerTypeRequest request, WorkerTypeCatalog types, CancellationToken cancellationToken) =>
            new FindWorkerTypeResponse(await types.FindAsync(request.WorkerType, cancellationToken)));
        operations.MapUpload(
            WorkerTypeOperations.UploadWorkerPackage, PackageMediaTypes, (WorkerPackages packages) => packages.MaxBytes,
            (upload, packages, cancellationToken) => packages.SaveAsync(upload, cancellationToken));
    }

    /// <summary>Maps the download of packages, by which nodes need no access to the registry.</summary>
    public static void MapWorkerPackages(this WebApplication app) => app
        .MapGet("/" + WorkerTypeOperations.PackagePath, DownloadAsync)
        .RequireAuthorization(policy => policy.RequireRole(nameof(Role.Node)))
        .WithName("download_worker_package")
        .WithTags("ClusterManager")
        .WithDescription("Answers the bytes of a package, for a node.")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<FileStreamHttpResult> DownloadAsync(
        [FromQuery(Name = "package"), Description("The package's SHA-256.")] string package, WorkerPackages packages, CancellationToken cancellationToken) =>
        PackageDigest.TryParse(package, provider: null, out var digest)
            ? TypedResults.File(await packages.OpenAsync(digest, cancellationToken), WorkerTypeOperations.PackageMediaType)
            : throw new InvalidRequestException("package", "must be a SHA-256: 64 hexadecimal digits");
}
