namespace Mindtrace.Hosting.Infrastructure;

/// <summary>What asking for a container runtime came to.</summary>
/// <param name="Name">The runtime that answered, <c>docker</c> or <c>podman</c>; <see langword="null"/> when none did.</param>
/// <param name="Findings">What each one asked had to say, for people.</param>
internal sealed record ContainerRuntime(string? Name, string Findings);
