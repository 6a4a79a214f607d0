namespace Mindtrace.Hosting.Infrastructure;

/// <summary>Where one part of the infrastructure comes from.</summary>
internal enum Source
{
    /// <summary>A server that runs already; its connection string is configured.</summary>
    External,

    /// <summary>A container that the AppHost runs.</summary>
    Container,

    /// <summary>A part that comes with .NET packages and needs no container runtime.</summary>
    Embedded,
}

/// <summary>For which servers a connection string is configured.</summary>
internal sealed record ExternalServers(bool Redis, bool RabbitMq, bool Minio)
{
    public bool All => Redis && RabbitMq && Minio;

    public bool Any => Redis || RabbitMq || Minio;
}

/// <summary>
/// Where Redis, the job queues and the registry come from. Each part is decided by itself: a configured connection string first,
/// then containers, then what needs no container runtime. Embedded queues live in Redis, whichever Redis that is.
/// </summary>
/// <param name="Redis">The job store.</param>
/// <param name="Queue">The job queues: RabbitMQ when external or a container, Redis when embedded.</param>
/// <param name="Registry">The registry: S3 when external or a container, a folder when embedded.</param>
/// <param name="Reason">Why, as the second half of a sentence that starts with what was chosen.</param>
internal sealed record InfrastructurePlan(Source Redis, Source Queue, Source Registry, string Reason)
{
    /// <summary>Tells whether the decision depends on a container runtime: when there is one to run, and someone to run it here.</summary>
    public static bool NeedsToKnowRuntime(InfrastructureMode mode, bool isPublishing, ExternalServers external) =>
        !isPublishing && !external.All && mode != InfrastructureMode.Embedded;

    /// <param name="mode">What was asked for.</param>
    /// <param name="isPublishing">Whether the application is described for a deployment instead of run here.</param>
    /// <param name="external">Which servers run already.</param>
    /// <param name="runtime">What the probe found; <see langword="null"/> when <see cref="NeedsToKnowRuntime"/> says that it does not matter.</param>
    /// <exception cref="DistributedApplicationException">Containers were asked for and nothing can run them.</exception>
    public static InfrastructurePlan Decide(
        InfrastructureMode mode, bool isPublishing, ExternalServers external, ContainerRuntime? runtime)
    {
        if (external.All)
        {
            return new(Source.External, Source.External, Source.External, "connection strings are configured for all of it");
        }

        var (rest, reason) = (mode, isPublishing, runtime) switch
        {
            (_, true, _) => (Source.Container, "the application is being published"),
            (InfrastructureMode.Embedded, _, _) => (Source.Embedded, "Infrastructure:Mode is Embedded"),
            (InfrastructureMode.Containers, _, { Name: not null }) => (Source.Container, "Infrastructure:Mode is Containers"),
            (InfrastructureMode.Auto, _, { Name: not null }) => (Source.Container, runtime.Findings),
            (InfrastructureMode.Auto, _, not null) => (Source.Embedded, $"no container runtime answered ({runtime.Findings})"),
            _ => throw new DistributedApplicationException(
                $"Infrastructure:Mode is Containers, but no container runtime answered ({runtime?.Findings}). " +
                "Start one, or set Infrastructure:Mode to Auto or Embedded."),
        };

        return new(
            external.Redis ? Source.External : rest,
            external.RabbitMq ? Source.External : rest,
            external.Minio ? Source.External : rest,
            external.Any ? $"{reason}, apart from what has a connection string" : reason);
    }

    /// <summary>Says in one line what was chosen and why.</summary>
    public override string ToString() =>
        $"{Summary}, because {Reason}. Redis = {Describe(Redis, "Redis", "embedded (Garnet)")}, " +
        $"job queues = {Describe(Queue, "RabbitMQ", "in Redis")}, registry = {Describe(Registry, "MinIO", "in a folder")}";

    private string Summary => (Redis, Queue, Registry) switch
    {
        (Source.External, Source.External, Source.External) => "external",
        _ when new[] { Redis, Queue, Registry }.Contains(Source.Container) => "containers",
        _ => "embedded",
    };

    private static string Describe(Source source, string server, string embedded) => source switch
    {
        Source.External => $"external {server}",
        Source.Container => $"{server} container",
        _ => embedded,
    };
}
