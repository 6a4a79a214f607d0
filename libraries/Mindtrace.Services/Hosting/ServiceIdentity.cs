namespace Mindtrace.Services;

/// <summary>Which service this process is.</summary>
/// <param name="ClassName">The kind of service, such as <c>ClusterManager</c>.</param>
/// <param name="ServerId">A UUID, new with each start of the process.</param>
public sealed record ServiceIdentity(string ClassName, Guid ServerId);
