namespace Mindtrace.Jobs.Redis;

/// <summary>Who launched a worker, as what.</summary>
/// <param name="NodeUrl">The node.</param>
/// <param name="WorkerType">The worker type; none when the worker does not tell.</param>
public sealed record WorkerOrigin(Uri NodeUrl, string? WorkerType);
