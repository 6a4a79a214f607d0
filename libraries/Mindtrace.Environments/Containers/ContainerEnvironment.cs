namespace Mindtrace.Environments.Containers;

/// <summary>What a container for one command is made from. It comes from a job: nothing in it is trusted.</summary>
/// <param name="Image">The image, such as <c>ubuntu:22.04</c> or <c>ghcr.io/team/tool@sha256:…</c>.</param>
public sealed record ContainerEnvironment(string Image)
{
    /// <summary>Gets the directory in the container where the command is run; none for that of the image.</summary>
    public string? WorkingDir { get; init; }

    /// <summary>Gets variables that are added to those of the image.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Gets directories and files of the host, by absolute path, and where they are seen.</summary>
    public IReadOnlyDictionary<string, ContainerVolume>? Volumes { get; init; }

    /// <summary>Gets ports of the container (<c>8080</c>, <c>53/udp</c>), and where each is reached on the host's loopback.</summary>
    /// <value>A port of the host; 0 or none for a free one, which the output tells.</value>
    public IReadOnlyDictionary<string, int?>? Ports { get; init; }

    /// <summary>Gets the ids of the GPUs that the command may use.</summary>
    public IReadOnlyList<string>? Devices { get; init; }

    /// <summary>Gets the network; none for that of the policy.</summary>
    public string? Network { get; init; }

    /// <summary>Gets whether nothing can be written but <c>/tmp</c> and volumes.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Gets the user and group that run the command, by number (<c>1000</c>, <c>1000:1000</c>); none for that of the image.</summary>
    public string? User { get; init; }

    /// <summary>Gets the name under which this machine's settings keep the credentials of the image's registry; none to pull without.</summary>
    public string? RegistryCredentials { get; init; }
}
