namespace Mindtrace.Cluster;

/// <summary>How much a package may hold.</summary>
/// <param name="MaxUnpackedBytes">The most bytes that its files may have together once extracted.</param>
/// <param name="MaxEntries">The most files and folders.</param>
public sealed record WorkerPackageLimits(long MaxUnpackedBytes, int MaxEntries = 10_000);
