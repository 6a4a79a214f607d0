using System.ComponentModel.DataAnnotations;

namespace Mindtrace.Environments.Containers;

/// <summary>What jobs may ask of the container engine of this machine. Bound from <c>Scripts:Containers</c>.</summary>
/// <remarks>What is not allowed here is refused. Without a setting no image is allowed, and so no container.</remarks>
public sealed class ContainerPolicy : IValidatableObject
{
    /// <summary>Where the settings are found.</summary>
    public const string SectionName = "Scripts:Containers";

    /// <summary>The network that has no way out. It is always allowed.</summary>
    public const string NoNetwork = "none";

    private static readonly string[] EngineSchemes = ["unix", "npipe", "tcp", "http", "https"];

    /// <summary>Gets or sets where the container engine is reached.</summary>
    /// <value>A <c>unix:</c>, <c>npipe:</c> or <c>tcp:</c> address. The default is <c>DOCKER_HOST</c>, else the system's own engine.</value>
    public Uri? Engine { get; set; }

    /// <summary>Gets or sets the engine's runtime that containers run in, such as <c>runsc</c>.</summary>
    /// <value>The default is the engine's own default.</value>
    public string? Runtime { get; set; }

    /// <summary>Gets the images that jobs may run.</summary>
    /// <value>
    /// A repository, for all its tags and digests (<c>ubuntu</c>); one tag of it (<c>python:3.12</c>); one digest (<c>python@sha256:…</c>,
    /// or <c>sha256:…</c> from anywhere); or the beginning of such a name and a star (<c>ghcr.io/team/*</c>, <c>*</c>). The default is none.
    /// </value>
    public IList<string> AllowedImages { get; } = [];

    /// <summary>Gets or sets when an image is pulled.</summary>
    /// <value>The default is <see cref="ImagePull.Missing"/>.</value>
    public ImagePull Pull { get; set; } = ImagePull.Missing;

    /// <summary>Gets the credentials of registries, by the name that jobs refer to them.</summary>
    /// <value>For each name, <c>Registry</c>, whose default is <c>docker.io</c>, <c>Username</c> and <c>Password</c>. The default is none.</value>
    public IDictionary<string, RegistryCredentials> Registries { get; } = new Dictionary<string, RegistryCredentials>();

    /// <summary>Gets the directories of the host that jobs may mount, with all that is in them.</summary>
    /// <value>Absolute paths; one that ends in <c>:ro</c> may be read only. The default is none.</value>
    public IList<string> AllowedVolumeRoots { get; } = [];

    /// <summary>Gets the networks that jobs may ask for besides <c>none</c>.</summary>
    /// <value>Names of the engine's networks, such as <c>bridge</c>; never <c>host</c>. The default is none.</value>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>Gets or sets the network of jobs that ask for none.</summary>
    /// <value>The default is <c>none</c>.</value>
    [Required]
    public string DefaultNetwork { get; set; } = NoNetwork;

    /// <summary>Gets the ids of the GPUs that jobs may use.</summary>
    /// <value>Ids as the engine's GPU driver knows them; a star allows all. The default is none.</value>
    public IList<string> AllowedDevices { get; } = [];

    /// <summary>Gets the ids of the GPUs that are set aside for this worker. Every container gets them, or those of them that its job names, and no others.</summary>
    /// <value>The default is none: then <see cref="AllowedDevices"/> counts. The stock worker takes them from <c>Worker:Gpus</c>.</value>
    public IList<string> ReservedDevices { get; } = [];

    /// <summary>Gets or sets whether jobs may publish ports of their containers on the host's loopback.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool AllowPorts { get; set; }

    /// <summary>Gets or sets whether a command may run as root of its container.</summary>
    /// <value>The default is <see langword="false"/>: <see cref="User"/> runs it where the image would have root do so.</value>
    public bool AllowRoot { get; set; }

    /// <summary>Gets or sets who runs the command where neither job nor image name a user other than root.</summary>
    /// <value>Numbers of a user and a group. The default is 65534:65534, nobody.</value>
    [RegularExpression("^[0-9]+(:[0-9]+)?$")]
    public string User { get; set; } = "65534:65534";

    /// <summary>Gets or sets whether all containers have a root that cannot be written to, whatever their job says.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool ReadOnlyRoot { get; set; }

    /// <summary>Gets or sets the Google service account key that every job is given to read, which must be able to: it runs as another user.</summary>
    /// <value>An absolute path. The default is none: the worker's own <c>GOOGLE_APPLICATION_CREDENTIALS</c> stay with the worker.</value>
    public string? GoogleCredentialsFile { get; set; }

    /// <summary>Gets the engine that was named, by the policy or the environment; none for the system's own.</summary>
    internal string? NamedEngine => Engine?.OriginalString
        ?? (Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? host : null);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (NamedEngine is { } engine && !(Uri.TryCreate(engine, UriKind.Absolute, out var address) && EngineSchemes.Contains(address.Scheme)))
        {
            yield return new($"'{engine}' is no address of a container engine: it begins with {string.Join(", ", EngineSchemes)}.", [nameof(Engine)]);
        }

        foreach (var image in AllowedImages.Where(image => !ImageRule.TryParse(image, out _)))
        {
            yield return new($"'{image}' is no image name, digest, or beginning of one with a star.", [nameof(AllowedImages)]);
        }

        foreach (var root in AllowedVolumeRoots.Where(root => !Path.IsPathFullyQualified(root)))
        {
            yield return new($"'{root}' is no absolute path.", [nameof(AllowedVolumeRoots)]);
        }

        foreach (var network in AllowedNetworks.Append(DefaultNetwork).Where(IsNetworkOfOthers))
        {
            yield return new($"'{network}' is the network of the host or of another container: no job may be in it.", [nameof(AllowedNetworks)]);
        }
    }

    internal static bool IsNetworkOfOthers(string network) =>
        network == "host" || network.StartsWith("container:", StringComparison.Ordinal) || network.StartsWith("ns:", StringComparison.Ordinal);
}

/// <summary>When an image is pulled.</summary>
public enum ImagePull
{
    /// <summary>When the engine does not have it.</summary>
    Missing,

    /// <summary>Before each run, so that a tag that was moved is followed.</summary>
    Always,

    /// <summary>Never: the engine has it, or the job fails.</summary>
    Never,
}

/// <summary>How this machine is known to a registry.</summary>
public sealed class RegistryCredentials
{
    /// <summary>Gets or sets the registry that they are sent to, and to no other.</summary>
    /// <value>A host with its port, as in the names of images. The default is <c>docker.io</c>.</value>
    public string Registry { get; set; } = ImageReference.DefaultRegistry;

    /// <summary>Gets or sets the name of the account.</summary>
    public string Username { get; set; } = "";

    /// <summary>Gets or sets the password or token.</summary>
    public string Password { get; set; } = "";
}
