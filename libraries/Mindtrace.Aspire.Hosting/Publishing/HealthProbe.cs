namespace Mindtrace.Hosting.Publishing;

/// <summary>How a deployment asks whether a container is well.</summary>
/// <param name="LivenessPath">The path that answers while the process serves requests; <see langword="null"/> asks by opening a connection.</param>
/// <param name="ReadinessPath">The path that answers while requests are welcome; <see langword="null"/> asks by opening a connection.</param>
/// <param name="StartupInterval">The time between two looks while it starts. Ten may fail before it is started anew.</param>
internal sealed record HealthProbe(string? LivenessPath, string? ReadinessPath, TimeSpan StartupInterval)
{
    /// <summary>One of our services.</summary>
    public static readonly HealthProbe Service = new("/alive", "/health", TimeSpan.FromSeconds(5));

    /// <summary>A server, which may read its data for minutes before it listens.</summary>
    public static readonly HealthProbe Connection = new(null, null, TimeSpan.FromSeconds(30));
}
