namespace Mindtrace.Manager.Workers;

/// <summary>A worker type names a package that the registry does not hold.</summary>
internal sealed class WorkerPackageNotFoundException(string package)
    : Exception($"There is no package '{package}'. Upload it first, by upload_worker_package.");
