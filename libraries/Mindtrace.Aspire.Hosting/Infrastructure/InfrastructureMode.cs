namespace Mindtrace.Hosting.Infrastructure;

/// <summary>What runs the servers for which no connection string is configured. Read from <c>Infrastructure:Mode</c>.</summary>
internal enum InfrastructureMode
{
    /// <summary>Containers where a container runtime answers, embedded otherwise. The default.</summary>
    Auto,

    /// <summary>Containers; without a container runtime the start fails.</summary>
    Containers,

    /// <summary>Nothing beside .NET: a Redis in a process of its own, queues in it, the registry in a folder.</summary>
    Embedded,
}
